package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/index/elastic"
	"dateline/index/embedded"
	"dateline/internal/broker"
)

// checkTimeout bounds one step.
const checkTimeout = 10 * time.Second

func newCheckCommand() *cobra.Command {
	var path string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Find the first broken hop between the settings and the data",
		Long: `Follow the settings hop by hop: the file, then names, connections, encryption,
credentials, topics, cluster, templates and aliases. Each hop is said to be good
or broken; the first broken one on each side comes with what to do. Nothing is
written anywhere.`,
		Example: `  dateline check --config dateline.yaml
  dateline check --config dateline.yaml --json | jq '.[] | select(.ok == false)'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			r := &checkReport{}
			r.kafka(cmd.Context(), c)
			r.store(cmd.Context(), c)
			if err := r.print(cmd.OutOrStdout(), asJSON); err != nil {
				return err
			}
			if r.broken() {
				return errReported
			}
			return nil
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// hop is one step of the check.
type hop struct {
	Side  string `json:"side"` // kafka or store
	Name  string `json:"hop"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
	Hint  string `json:"hint,omitempty"`
}

// checkReport gathers hops. After the first broken one of a side the rest of
// that side is not tried: it could only fail for the same reason.
type checkReport struct {
	hops []hop
	side string
	dead bool
}

func (r *checkReport) begin(side string) { r.side, r.dead = side, false }

// step tries one hop, unless an earlier one of this side is broken.
func (r *checkReport) step(ctx context.Context, name, hint string, f func(context.Context) error) {
	if r.dead {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	h := hop{Side: r.side, Name: name, OK: true}
	if err := f(ctx); err != nil {
		h.OK, h.Error, h.Hint = false, err.Error(), hint
		r.dead = true
	}
	r.hops = append(r.hops, h)
}

func (r *checkReport) broken() bool {
	for _, h := range r.hops {
		if !h.OK {
			return true
		}
	}
	return false
}

func (r *checkReport) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r.hops)
	}
	for _, h := range r.hops {
		mark := "ok    "
		if !h.OK {
			mark = "BROKEN"
		}
		if _, err := fmt.Fprintf(w, "%s  %-6s %s\n", mark, h.Side, h.Name); err != nil {
			return err
		}
		if !h.OK {
			fmt.Fprintf(w, "        %s\n        %s\n", h.Error, h.Hint)
		}
	}
	return nil
}

// network tries name and connection of one address.
func (r *checkReport) network(ctx context.Context, setting, address string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		r.step(ctx, setting, "write it as host:port", func(context.Context) error { return err })
		return
	}
	r.step(ctx, "name "+host, "the host in "+setting+" is not known to DNS from here", func(ctx context.Context) error {
		_, err := net.DefaultResolver.LookupHost(ctx, host)
		return err
	})
	r.step(ctx, "connection to "+net.JoinHostPort(host, port), "nothing listens there, or a firewall is between; check "+setting, func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

func (r *checkReport) kafka(ctx context.Context, c *config.Config) {
	r.begin("kafka")
	client, err := broker.New(c.Kafka)
	if err != nil {
		r.step(ctx, "certificates and credentials", "mend the files that kafka.tls names", func(context.Context) error { return err })
		return
	}
	defer client.Close()
	first := c.Kafka.Brokers[0]
	r.network(ctx, "kafka.brokers", first)
	if t := client.Dialer.TLS; t != nil {
		r.step(ctx, "TLS with "+first, "check kafka.tls.ca_file and server_name, and that the broker speaks TLS on this port", func(ctx context.Context) error {
			t := t.Clone()
			if t.ServerName == "" {
				t.ServerName, _, _ = net.SplitHostPort(first)
			}
			conn, err := (&tls.Dialer{Config: t}).DialContext(ctx, "tcp", first)
			if err != nil {
				return err
			}
			return conn.Close()
		})
	}
	name := "Kafka protocol"
	hint := "the port answers, but not as a Kafka broker: is TLS or SASL expected there?"
	if client.Dialer.SASLMechanism != nil {
		name, hint = "SASL as "+c.Kafka.SASL.Username, "check kafka.sasl: mechanism, username, password"
	}
	r.step(ctx, name, hint, func(ctx context.Context) error {
		conn, err := client.Dialer.DialContext(ctx, "tcp", first)
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(checkTimeout))
		_, err = conn.Brokers()
		return err
	})
	k := client.Kafka(checkTimeout)
	for _, t := range []struct {
		name string
		max  int // least max.message.bytes
	}{{c.Kafka.Topic, maxRawBytes}, {c.Kafka.DLQTopic, maxRawBytes + deadLetterExtra}} {
		r.topic(ctx, k, t.name, t.max)
	}
	r.step(ctx, "group "+c.Kafka.Group, "the coordinator does not answer; may this user read the group?", func(ctx context.Context) error {
		for {
			resp, err := k.FindCoordinator(ctx, &kafka.FindCoordinatorRequest{Key: c.Kafka.Group, KeyType: kafka.CoordinatorKeyTypeConsumer})
			if err == nil {
				err = resp.Error
			}
			// A new cluster makes its offsets topic when it is first asked.
			if !errors.Is(err, kafka.GroupCoordinatorNotAvailable) {
				return err
			}
			select {
			case <-time.After(200 * time.Millisecond):
			case <-ctx.Done():
				return err
			}
		}
	})
}

// topic checks that a topic is there, is not compacted and takes the largest
// record.
func (r *checkReport) topic(ctx context.Context, k *kafka.Client, name string, least int) {
	r.step(ctx, "topic "+name, "create it with dateline setup, or let this user describe it", func(ctx context.Context) error {
		m, err := k.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{name}})
		if err != nil {
			return err
		}
		for _, t := range m.Topics {
			if t.Name == name {
				return t.Error
			}
		}
		return errors.New("the broker does not list it")
	})
	r.step(ctx, "settings of "+name, "dateline setup creates topics as they must be; change this one with kafka-configs", func(ctx context.Context) error {
		resp, err := k.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: name, ConfigNames: []string{"cleanup.policy", "max.message.bytes"}}}})
		if err != nil {
			return err
		}
		for _, res := range resp.Resources {
			if res.Error != nil {
				return res.Error
			}
			for _, e := range res.ConfigEntries {
				switch e.ConfigName {
				case "cleanup.policy":
					if e.ConfigValue != "delete" {
						return fmt.Errorf("cleanup.policy is %q: a compacted topic cannot be read safely, it must be delete", e.ConfigValue)
					}
				case "max.message.bytes":
					if n, err := strconv.Atoi(e.ConfigValue); err == nil && n < least {
						return fmt.Errorf("max.message.bytes is %d, the largest record needs %d", n, least)
					}
				}
			}
		}
		return nil
	})
}

func (r *checkReport) store(ctx context.Context, c *config.Config) {
	r.begin("store")
	if c.Store == "embedded" {
		r.step(ctx, "folder "+c.Embedded.Dir, "another process may have it open: stop it, or choose another embedded.dir", func(context.Context) error {
			s, err := embedded.Open(c.Embedded.Dir)
			if err != nil {
				return err
			}
			return s.Close()
		})
		return
	}
	u, err := url.Parse(c.Elasticsearch.Addresses[0])
	if err != nil {
		r.step(ctx, "elasticsearch.addresses", "write it as http://host:9200", func(context.Context) error { return err })
		return
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), u.Scheme) // http and https are also port names
	}
	r.network(ctx, "elasticsearch.addresses", host)
	s, err := elastic.New(c.Elasticsearch, elastic.Options{Document: documentOptions(c), Product: programVersion()})
	if err != nil {
		r.step(ctx, "certificates", "mend the files that elasticsearch names", func(context.Context) error { return err })
		return
	}
	defer s.Close()
	r.step(ctx, "cluster health and credentials", "401 or 403: check api_key, or username and password; the key needs the cluster privilege monitor", s.Health)
	r.step(ctx, "templates and aliases", "run dateline setup with a user that may manage index templates", s.Verify)
}
