module dateline/pipeline/gazetteer/_generate

go 1.26.0

require (
	dateline v0.0.0
	github.com/klauspost/compress v1.20.3
	github.com/sams96/rgeo v1.3.0
)

require (
	github.com/golang/geo v0.0.0-20230421003525-6adc56603217 // indirect
	github.com/klauspost/cpuid/v2 v2.2.10 // indirect
	github.com/twpayne/go-geom v1.6.0 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace dateline => ../../..
