// Package score measures the dates that package timex finds against annotated
// texts: TimeBank, AQUAINT and WikiWars (TIMEX3), the MUC incident stories, and
// the negative cases of two assistants' test suites. The texts belong to their
// publishers and are read from a folder named by the caller; nothing of them is
// part of this repository.
//
// Run scores everything that the folder holds and gives one table. The scorers
// themselves are tested against the published answers of two other taggers,
// which stand beside the texts.
//
// Two value scores stand side by side. The string score asks for the very
// TIMEX3 string and compares with published figures. The interval score asks
// whether both strings mean the same stretch of time (P7D and P1W, 199 and
// 199X), which is what a reader of the index sees.
package score
