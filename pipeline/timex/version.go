package timex

// Version names the rules, words and named days that dates were resolved with,
// so that re-runs can be compared: Document.Pipeline.Data.Dates.
const Version = rulesVersion + "-" + NamedVersion
