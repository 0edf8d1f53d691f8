// Package diagnosis follows the settings hop by hop to Kafka and to the store
// and names the first broken hop of each: what is wrong, in one word that
// programs can test for, in the words of whoever said so, and what to do.
//
// Clients of both servers tell most faults apart badly: a broker that wants
// TLS, one that wants a login and one that is no broker all end in EOF. Where
// that is so, the diagnosis tries the other possibility and sees.
//
// Nothing is written anywhere, and no group is joined.
package diagnosis

import (
	"cmp"
	"context"
	"errors"
	"time"

	"dateline/config"
	"dateline/index"
)

// Fault names what is wrong with a hop.
type Fault string

// The faults.
const (
	Configuration Fault = "configuration" // the file is wrong
	File          Fault = "file"          // a file that a setting names cannot be read or used
	Memory        Fault = "memory"        // bounds do not fit the process
	PortTaken     Fault = "port_taken"    // something else listens there

	Name        Fault = "name"        // no such host
	Refused     Fault = "refused"     // nothing listens there
	Unreachable Fault = "unreachable" // no answer: a firewall, a route, a machine that is off

	TLSNotSpoken   Fault = "tls_not_spoken"    // the settings say TLS, the server does not
	TLSExpected    Fault = "tls_expected"      // the server speaks TLS, the settings do not
	TLSAuthority   Fault = "tls_authority"     // the server's certificate is signed by nobody we trust
	TLSName        Fault = "tls_name"          // the certificate is for another name
	TLSExpired     Fault = "tls_expired"       // or not yet valid
	TLSFingerprint Fault = "tls_fingerprint"   // no certificate has it
	TLSClient      Fault = "tls_client"        // the server wants another client certificate, or any
	SASLExpected   Fault = "sasl_expected"     // the server wants a login
	SASLNotSpoken  Fault = "sasl_not_spoken"   // the server takes no login on this port
	SASLMechanism  Fault = "sasl_mechanism"    // the server takes logins of another kind
	SASLLogin      Fault = "sasl_login"        // name or password is wrong
	NotKafka       Fault = "not_kafka"         // something else answers
	Advertised     Fault = "advertised"        // the broker sends clients to an address that does not work from here
	TopicMissing   Fault = "topic_missing"     // or this user may not see it
	TopicACL       Fault = "topic_acl"         // this user may not use it
	TopicCompacted Fault = "topic_compacted"   // it would lose versions of articles
	TopicBytes     Fault = "topic_bytes"       // large records do not fit
	TopicPartition Fault = "topic_partitions"  // more than the one it must have
	TopicLeader    Fault = "topic_leader"      // a partition has no leader
	GroupACL       Fault = "group_acl"         // this user may not use the group
	GroupProtocol  Fault = "group_protocol"    // others in the group balance in another way
	NotES          Fault = "not_elasticsearch" // something else answers
	Credentials    Fault = "credentials"       // 401
	Privilege      Fault = "privilege"         // 403, or a privilege that writing will need
	Version        Fault = "version"           // older than Dateline can use
	BulkBytes      Fault = "bulk_bytes"        // bulks are larger than the server takes
	Templates      Fault = "templates"         // setup has not been run, or not since the upgrade
	Newer          Fault = "newer"             // the cluster was set up by a newer release
	Period         Fault = "period"            // the cluster's indices are by another period
	AliasTaken     Fault = "alias_taken"       // an index has the name of an alias
	ReadOnly       Fault = "read_only"         // an index takes no writes
	Unhealthy      Fault = "unhealthy"         // the cluster is red
	Locked         Fault = "locked"            // another process has the embedded index open
	Unknown        Fault = "unknown"           // none of the above
)

// Hop is one step between the settings and the data.
type Hop struct {
	Side  string `json:"side"` // file, process, kafka or store
	Name  string `json:"hop"`
	OK    bool   `json:"ok"`
	Fault Fault  `json:"fault,omitempty"`
	Error string `json:"error,omitempty"`
	Hint  string `json:"hint,omitempty"`
	Note  string `json:"note,omitempty"` // what could not be found out, though nothing is wrong
}

// Options say what to follow.
type Options struct {
	Config   *config.Config
	Document index.Options // shape of the documents, for the store's templates
	Product  string        // version of the program
	Patience time.Duration // bounds one hop; 0: 10 s
}

// patience bounds one hop, and connectPatience one try to connect.
const (
	patience        = 10 * time.Second
	connectPatience = 5 * time.Second
)

// Run follows all hops and returns them in order. After the first broken hop
// of a side the rest of that side is not tried: it could only fail for the same
// reason.
func Run(ctx context.Context, o Options) []Hop {
	w := &walk{ctx: ctx, patience: cmp.Or(o.Patience, patience)}
	w.process(o.Config)
	w.kafka(o.Config)
	w.store(o)
	return w.hops
}

// Broken reports whether a hop is.
func Broken(hops []Hop) bool {
	for _, h := range hops {
		if !h.OK {
			return true
		}
	}
	return false
}

// problem is a fault with its way out.
type problem struct {
	fault Fault
	hint  string
	err   error
}

func (p *problem) Error() string { return p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

func fault(f Fault, err error, hint string) error { return &problem{f, hint, err} }

// note is nothing wrong, but worth a word.
type note string

func (n note) Error() string { return string(n) }

// walk gathers hops.
type walk struct {
	ctx      context.Context
	patience time.Duration
	hops     []Hop
	side     string
	dead     bool
}

func (w *walk) begin(side string) { w.side, w.dead = side, false }

// step tries one hop, unless an earlier one of this side is broken.
func (w *walk) step(name string, f func(context.Context) error) {
	if w.dead {
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, w.patience)
	defer cancel()
	h := Hop{Side: w.side, Name: name, OK: true}
	var p *problem
	var n note
	switch err := f(ctx); {
	case err == nil:
	case errors.As(err, &n):
		h.Note = string(n)
	case errors.As(err, &p):
		h.OK, h.Fault, h.Error, h.Hint = false, p.fault, p.err.Error(), p.hint
	default:
		h.OK, h.Fault, h.Error = false, Unknown, err.Error()
		h.Hint = "this is none of the faults that Dateline knows; the words above are the server's or the system's"
	}
	w.dead = !h.OK
	w.hops = append(w.hops, h)
}
