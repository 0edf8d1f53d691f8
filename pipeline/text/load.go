package text

import "math/bits"

// Load8 is the first eight bytes of s as a number, the first byte the lowest. It
// panics on fewer, and is one machine instruction.
func Load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Load4 is the first four bytes of s as a number, the first byte the lowest. It
// panics on fewer.
func Load4(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

// Pack is Load16 with ASCII capitals made small, as tables of words keep them.
func Pack(w string) (lo, hi uint64) {
	lo, hi = Load16(w)
	return small(lo), small(hi)
}

// Load16 puts the first 16 bytes of a word into two numbers; what is left of
// them is 0. A word of other than 4, 8 or 16 bytes is read by loads that overlap.
func Load16(w string) (lo, hi uint64) {
	switch n := len(w); {
	case n >= 16:
		lo, hi = Load8(w), Load8(w[8:])
	case n > 8:
		lo, hi = Load8(w), Load8(w[n-8:])>>(8*(16-n))
	case n == 8:
		lo = Load8(w)
	case n >= 4:
		lo = Load4(w) | Load4(w[n-4:])<<(8*(n-4))
	default:
		for i := range n {
			lo |= uint64(w[i]) << (8 * i)
		}
	}
	return lo, hi
}

// LowerRun counts the small ASCII letters that eight bytes start with, the first
// byte the lowest. The top bit of a byte shows where adding carries it past 'a' but
// not past 'z'.
func LowerRun(x uint64) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	low := x &^ tops
	letters := (low + (0x80-'a')*ones) &^ (low + (0x7f-'z')*ones) &^ x
	return bits.TrailingZeros64(^letters&tops) / 8
}

// small makes the ASCII capitals among eight bytes small: the top bit of a byte
// shows where adding carries it past 'A' but not past 'Z'.
func small(x uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	low := x &^ tops
	upper := (low + (0x80-'A')*ones) &^ (low + (0x7f-'Z')*ones) &^ x & tops
	return x | upper>>2
}
