module dateline/pipeline/gazetteer/_generate

go 1.26.0

require (
	dateline v0.0.0
	github.com/klauspost/compress v1.20.3
)

require (
	github.com/klauspost/cpuid/v2 v2.2.10 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace dateline => ../../..
