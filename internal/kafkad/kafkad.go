// Package kafkad runs a broker that speaks Kafka's protocol inside this
// process, for trials and small archives: one node, no replication, no quotas.
// It is franz-go's kfake with its log on disk. It is not Kafka, and nothing
// but the demo and tests should call it that.
package kafkad

import (
	"fmt"
	"os"
	"strconv"

	"github.com/twmb/franz-go/pkg/kfake"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/pipeline/wire"
)

var _ = [1]struct{}{}[wire.MaxPayload*4/3/broker.MaxRecord] // an envelope must fit

// Topic is a topic to create.
type Topic struct {
	Name       string
	Partitions int
}

// Topics are the topics a worker needs.
func Topics(c config.Kafka) []Topic {
	return []Topic{{c.Topic, c.Partitions}, {c.DLQTopic, 1}, {c.FingerprintTopic, 1}}
}

// Options say where the log is and what it holds.
type Options struct {
	Dir    string // of the log; empty keeps it in memory
	Topics []Topic
}

// Broker is a running broker. Close it.
type Broker struct{ c *kfake.Cluster }

// Start opens the log and listens on a free loopback port. Topics that are
// there already are kept as they are.
func Start(o Options) (*Broker, error) {
	opts := []kfake.Opt{kfake.NumBrokers(1), kfake.BrokerConfigs(map[string]string{"message.max.bytes": strconv.Itoa(broker.MaxDeadLetter)})}
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o755); err != nil {
			return nil, fmt.Errorf("embedded broker: %w", err)
		}
		// SyncWrites: an acknowledged record survives a power cut.
		opts = append(opts, kfake.DataDir(o.Dir), kfake.SyncWrites())
	}
	for _, t := range o.Topics {
		opts = append(opts, kfake.SeedTopics(int32(t.Partitions), t.Name))
	}
	c, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	return &Broker{c}, nil
}

// Addrs are the broker's addresses, HOST:PORT.
func (b *Broker) Addrs() []string { return b.c.ListenAddrs() }

// Close stops the broker.
func (b *Broker) Close() { b.c.Close() }
