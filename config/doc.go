// Package config holds every setting of Dateline: one YAML file, one
// description of each key, one answer to everything that is wrong with a file.
//
// The table in spec.go is the only place that knows a key's default, bounds,
// choices and meaning. Parsing, Default, Validate, Print, the reference page
// (Reference, committed as docs/configuration.md) and the example file
// (Example, committed as config/dateline.example.yaml) all come out of it, and
// a key without a description does not start.
//
// # Reading a file
//
//	c, err := config.Load("dateline.yaml", os.LookupEnv)
//
// Load and Parse return a checked Config or a Problems: everything that is
// wrong, sorted by line, each with what to do about it. The input
//
//	kafka:
//	  brokerz: [127.0.0.1:9092]
//	  drain_timeout: 28s
//
// gives
//
//	dateline.yaml:2:3: unknown key "kafka.brokerz"; did you mean "brokers"?
//	dateline.yaml:3:18: kafka.drain_timeout: drain_timeout + commit_timeout (33s) is not below …
//
// Validate repeats the checks for a Config that flags have changed since.
//
// # Limits
//
// A syntax error hides what follows it, as the YAML parser stops there.
// Columns count characters. YAML anchors, aliases, tags and merge keys are
// refused. A file may have 1 MiB. Nothing outside the file is looked at: that
// a certificate exists, a host resolves or a topic is there is for "dateline
// check". Time zones are those of the machine's zone database, or of the one
// in the binary where the machine has none.
//
// Parse, Default and the pages are pure functions of their input and safe for
// concurrent use. A Config is a plain value: whoever changes one that others
// read must do so before they start.
package config
