// Package poll reads RSS, Atom and JSON feeds and puts each new or changed item
// on the raw topic, politely: conditional requests, an interval that follows
// the feed, at most two requests at a time and one every five seconds per
// registered domain, robots.txt obeyed, answers bounded in time and size.
//
//	list, err := poll.ReadList("feeds.opml")
//	p, err := poll.New(poll.Options{Dir: "state", Agent: "dateline/1 (+https://desk.example/bot)"}, producer, log)
//	err = p.Run(ctx, list)
//
// A record holds one item inside the header of its feed, cut out of the bytes
// as they came; the worker parses it. An item is known by its guid, else its
// URL without tracking parameters, else title and content. It is sent again
// only if title, description, content, authors or link have changed; a date of
// publication that moves is no change. A feed that gives its items new guids
// at every build is known by URLs from then on, and keeps the ids of the items
// it has.
//
// What is known of a feed (validators, interval, failures, items) is one JSON
// file in Options.Dir, written after Kafka has acknowledged the items. Whatever
// ends the process in between, the items are sent again and none is lost;
// dedup drops them as redeliveries. Losing the file does the same.
//
// Failures make the next request later: a failed request counts 1, one that
// may be the server's passing trouble (404, 429, 5xx, timeouts) a half, a name
// server's a quarter. At 30, or on 410, the feed is dormant: asked once a week,
// reported, never dropped.
//
// Limits. An item that leaves its feed is not withdrawn. Feeds are asked for,
// never pushed (no WebSub). Only what a feed still holds when it is asked can
// be read: the interval is at most a third of the time that the feed's items
// span, down to the floor.
package poll
