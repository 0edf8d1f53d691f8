// Package feed puts raw articles on the raw topic: from files, folders,
// standard input, watched folders, serial captures and HTTP push into Kafka,
// each as one dateline.raw.v1 envelope whose payload is the article's bytes as
// they came. Package poll beside it does so for RSS, Atom and JSON feeds.
//
// Producer is the only way in: Produce returns when every record is stored with
// acks=all, and the record's key (source id, slash, item id) chooses the
// partition as Java's producers do, so all versions of an item stay in order.
//
//	p, err := feed.NewProducer(cfg.Kafka, feed.ProducerOptions{})
//	defer p.Close()
//	sum, err := feed.Send(ctx, p, feed.Source{ID: "desk"}, []string{"articles.jsonl.gz"}, feed.Hooks{})
//
// Source reads files: JSON Lines of envelopes or native articles (.jsonl,
// .ndjson), single articles (.json, .txt and what wire.Sniff recognises), any
// of them gzipped (.gz). What cannot be sent becomes a Refusal with file, line
// and reason, and reading goes on with the next item:
//
//	{"title":"Ferry resumes","body":"BERGEN …","url":"https://desk.example/a?utm_source=x"}
//
// in line 3 of the file above gives a record of key
// desk/https://desk.example/a, and a line 4 that is no JSON gives the refusal
//
//	articles.jsonl.gz:4: malformed: article payload: JSON syntax error at byte 17
//
// Watcher does the same for a folder that other programs write to, and moves
// each file to done/ once Kafka has it, or to bad/ beside a .reason file. It
// is at least once: a crash between the two sends the file again, byte for
// byte, which dedup drops as a redelivery.
//
// Capture follows a file of IPTC 7901 or ANPA 1312 messages that a receiver
// appends to; Push takes articles by HTTP and answers after the
// acknowledgement. They, Watcher and poll.Poller are Ways: Handler shows their
// metrics and health, Alarm tells of sources that have fallen silent.
//
// # Identity
//
// An item's id is its own (item_id or id in a native article, the format's id in
// a wire's), else its URL without tracking parameters, else the SHA-256 of title
// and content. So an article without id and URL whose text changes is another
// item. Wires that name a story by slug and day (IPTC 7901, ANPA 1312) get their
// ids from Known, which tells two stories of one slug apart. The time of a
// version is the item's own, else the file's; the time of its first sight is
// what first_seen falls back to, so versions of an article that says no date of
// publication may land in two month indices.
//
// # Limits
//
// An article has at most 4 MiB, decompressed. Formats without a parser in
// package wire are refused rather than sent to become dead letters. Folders are
// watched by listing them, without their subfolders. A folder and a capture need
// a file system with locks; where the system has none, both are refused.
package feed
