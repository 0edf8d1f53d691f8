#include "go_asm.h"
#include "textflag.h"

// func sumRows(sum *lanes, rows *byte, at *uint32, n int)
//
// Y0, Y1: even and odd bytes of the first half of the rows; Y2, Y3: of the
// second. A lane takes 256 rows of 255 at most.
TEXT ·sumRows(SB), NOSPLIT, $0-32
	MOVQ sum+0(FP), DI
	MOVQ rows+8(FP), SI
	MOVQ at+16(FP), DX
	MOVQ n+24(FP), CX
	TESTQ CX, CX
	JZ none
	VPCMPEQW Y7, Y7, Y7
	VPSRLW $8, Y7, Y7
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

row:
	MOVL (DX), AX
	VMOVDQU (SI)(AX*1), Y4
	VMOVDQU 32(SI)(AX*1), Y5
	VPAND Y7, Y4, Y6
	VPSRLW $8, Y4, Y4
	VPADDW Y6, Y0, Y0
	VPADDW Y4, Y1, Y1
	VPAND Y7, Y5, Y6
	VPSRLW $8, Y5, Y5
	VPADDW Y6, Y2, Y2
	VPADDW Y5, Y3, Y3
	ADDQ $4, DX
	DECQ CX
	JNZ row

	// Words of even and of odd bytes by turns, as lanes are.
	VPUNPCKLQDQ Y1, Y0, Y4
	VPUNPCKHQDQ Y1, Y0, Y5
	VPERM2I128 $0x20, Y5, Y4, Y0
	VPERM2I128 $0x31, Y5, Y4, Y1
	VPUNPCKLQDQ Y3, Y2, Y4
	VPUNPCKHQDQ Y3, Y2, Y5
	VPERM2I128 $0x20, Y5, Y4, Y2
	VPERM2I128 $0x31, Y5, Y4, Y3
	VPADDW (DI), Y0, Y0
	VPADDW 32(DI), Y1, Y1
	VPADDW 64(DI), Y2, Y2
	VPADDW 96(DI), Y3, Y3
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	VZEROUPPER

none:
	RET

// func findRows(f *found, lines, rows *byte, buckets uint64, keys *uint64, n int) (hits int)
//
// Two passes, so that the waits for memory overlap: where the fingerprints lie,
// and where the row lies, which is asked for in turn.
TEXT ·findRows(SB), NOSPLIT, $0-56
	MOVQ f+0(FP), DI
	LEAQ found_on(DI), SI
	MOVQ lines+8(FP), BX
	MOVQ buckets+24(FP), R8
	MOVQ keys+32(FP), DX
	MOVQ n+40(FP), CX
	XORQ R9, R9 // hits
	TESTQ CX, CX
	JZ end
	XORQ R10, R10
	MOVL $0xAAAAAAAB, R11

bucket:
	MOVQ (DX)(R10*8), AX
	SHRQ $32, AX
	IMULQ R8, AX
	SHRQ $32, AX
	MOVQ AX, R12
	IMULQ R11, R12
	SHRQ $33, R12 // a third
	ADDQ R12, AX
	SHLQ $4, AX
	MOVL AX, (DI)(R10*4)
	PREFETCHT0 (BX)(AX*1)
	INCQ R10
	CMPQ R10, CX
	JNE bucket

	XORQ R10, R10
	MOVL $1, R11
	MOVL $const_noRow, R13
	MOVQ rows+16(FP), R15

print:
	MOVWLZX (DX)(R10*8), AX
	TESTL AX, AX
	CMOVLEQ R11, AX
	VMOVD AX, X0
	VPBROADCASTW X0, X0
	MOVL (DI)(R10*4), AX
	VPCMPEQW (BX)(AX*1), X0, X0
	VPMOVMSKB X0, R12
	MOVL AX, R8 // the first row: behind the line's fingerprints
	ANDL $~63, AX
	ANDL $63, R8
	SHRL $2, R8
	ADDQ R8, AX
	MOVL 48(BX)(AX*1), AX
	BSFL R12, R14 // undefined without a hit, when it is not used
	SHRL $1, R14
	ADDQ R14, AX
	SHLQ $6, AX
	PREFETCHT0 (R15)(AX*1)
	XORL R14, R14
	TESTL R12, R12
	SETNE R14
	CMOVLEQ R13, AX
	MOVL AX, (DI)(R10*4)
	MOVL AX, (SI)(R9*4)
	ADDQ R14, R9
	INCQ R10
	CMPQ R10, CX
	JNE print

end:
	MOVQ R9, hits+48(FP)
	RET

// func fetchLanes(parts *[window]*lanes)
TEXT ·fetchLanes(SB), NOSPLIT, $0-8
	MOVQ parts+0(FP), SI
	MOVQ $const_window, CX

ask:
	MOVQ (SI), AX
	PREFETCHT0 (AX)
	PREFETCHT0 64(AX)
	ADDQ $8, SI
	DECQ CX
	JNZ ask
	RET

// func sumLanes(sum *lanes, parts *[window]*lanes)
TEXT ·sumLanes(SB), NOSPLIT, $0-16
	MOVQ sum+0(FP), DI
	MOVQ parts+8(FP), SI
	VMOVDQU (DI), Y0
	VMOVDQU 32(DI), Y1
	VMOVDQU 64(DI), Y2
	VMOVDQU 96(DI), Y3
	MOVQ $const_window, CX

part:
	MOVQ (SI), AX
	VPADDW (AX), Y0, Y0
	VPADDW 32(AX), Y1, Y1
	VPADDW 64(AX), Y2, Y2
	VPADDW 96(AX), Y3, Y3
	ADDQ $8, SI
	DECQ CX
	JNZ part
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	VZEROUPPER
	RET

DATA paths<>+0(SB)/4, $const_never
DATA paths<>+4(SB)/4, $0xf0000000  // half of it
GLOBL paths<>(SB), RODATA|NOPTR, $8

// The scores of the tags past eight: five of them.
DATA upper<>+0(SB)/8, $-1
DATA upper<>+8(SB)/8, $-1
DATA upper<>+16(SB)/8, $0x00000000ffffffff
DATA upper<>+24(SB)/8, $0
GLOBL upper<>(SB), RODATA|NOPTR, $32

// func reach(out, in *tagLanes, table *[Tags]tagLanes, score *Scores, barred *tagLanes)
TEXT ·reach(SB), NOSPLIT, $0-40
	MOVQ out+0(FP), DI
	MOVQ in+8(FP), SI
	MOVQ table+16(FP), DX
	MOVQ score+24(FP), R8
	MOVQ barred+32(FP), R9
	VPBROADCASTD (SI), Y2
	VPADDD (DX), Y2, Y0
	VPADDD 32(DX), Y2, Y1
	MOVQ $(const_Tags-1), CX

tag:
	ADDQ $4, SI
	ADDQ $64, DX
	VPBROADCASTD (SI), Y2
	VPADDD (DX), Y2, Y3
	VPADDD 32(DX), Y2, Y4
	VPMAXSD Y3, Y0, Y0
	VPMAXSD Y4, Y1, Y1
	DECQ CX
	JNZ tag

	VMOVDQU upper<>(SB), Y5
	VPMASKMOVD 32(R8), Y5, Y5
	VPADDD (R8), Y0, Y0
	VPADDD Y5, Y1, Y1
	VPADDD (R9), Y0, Y0
	VPADDD 32(R9), Y1, Y1
	VPBROADCASTD paths<>+0(SB), Y2
	VPBROADCASTD paths<>+4(SB), Y3
	VPCMPGTD Y3, Y0, Y4
	VPCMPGTD Y3, Y1, Y5
	VPBLENDVB Y4, Y0, Y2, Y0
	VPBLENDVB Y5, Y1, Y2, Y1
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VZEROUPPER
	RET

DATA clips<>+0(SB)/4, $0x00800080  // maxActivation, twice
DATA clips<>+4(SB)/4, $0x00100000  // maxScore
DATA clips<>+8(SB)/4, $0xfff00000  // -maxScore
GLOBL clips<>(SB), RODATA|NOPTR, $12

// ACTIVATE clips a quarter of the hidden layer to 0..maxActivation.
#define ACTIVATE(at) \
	VMOVDQU at(SI), Y3    \
	VPSUBW Y0, Y3, Y3     \
	VPADDSW at(DX), Y3, Y3 \
	VPMAXSW Y1, Y3, Y3    \
	VPMINSW Y2, Y3, Y3    \
	VMOVDQU Y3, at(R8)

// PAIR adds two hidden units times their weights, all tags.
#define PAIR(at, from, lo, hi) \
	VPBROADCASTD at(R8), Y0         \
	VPMADDWD from(DX), Y0, Y1       \
	VPMADDWD (from+32)(DX), Y0, Y2  \
	VPADDD Y1, lo, lo               \
	VPADDD Y2, hi, hi

// func sumOutput(out *[kernelTags]int32, sum *lanes, k *outputKernel, less int32)
TEXT ·sumOutput(SB), NOSPLIT, $128-28
	MOVQ out+0(FP), DI
	MOVQ sum+8(FP), SI
	MOVQ k+16(FP), DX
	LEAQ act-128(SP), R8
	MOVL less+24(FP), AX
	VMOVD AX, X0
	VPBROADCASTW X0, Y0
	VPXOR Y1, Y1, Y1
	VPBROADCASTD clips<>+0(SB), Y2
	ACTIVATE(0)
	ACTIVATE(32)
	ACTIVATE(64)
	ACTIVATE(96)
	ADDQ $128, DX // past the bias
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	MOVQ $8, CX

four:
	PAIR(0, 0, Y4, Y5)
	PAIR(4, 64, Y6, Y7)
	PAIR(8, 128, Y4, Y5)
	PAIR(12, 192, Y6, Y7)
	ADDQ $16, R8
	ADDQ $256, DX
	DECQ CX
	JNZ four

	VPADDD Y6, Y4, Y4
	VPADDD Y7, Y5, Y5
	VPADDD (DX), Y4, Y4 // the output bias
	VPADDD 32(DX), Y5, Y5
	VPBROADCASTD clips<>+4(SB), Y0
	VPBROADCASTD clips<>+8(SB), Y1
	VPMINSD Y0, Y4, Y4
	VPMINSD Y0, Y5, Y5
	VPMAXSD Y1, Y4, Y4
	VPMAXSD Y1, Y5, Y5
	VMOVDQU Y4, (DI)
	VMOVDQU Y5, 32(DI)
	VZEROUPPER
	RET
