package diagnosis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/describegroups"
	"github.com/segmentio/kafka-go/protocol/metadata"

	"dateline/config"
	"dateline/internal/broker"
)

// kafka follows the way to the brokers, the topics and the group.
func (w *walk) kafka(c *config.Config) {
	w.begin("kafka")
	var client *broker.Client
	w.step("certificates and login of kafka", func(context.Context) (err error) {
		if client, err = broker.New(c.Kafka); err != nil {
			return fault(File, err, "mend the file or the login that is named: PEM text, a key that fits its certificate, readable by this user")
		}
		return nil
	})
	if client == nil {
		return
	}
	defer client.Close()
	for _, address := range c.Kafka.Brokers {
		w.broker(client, c, address)
	}
	w.cluster(client, c)
	for _, t := range topics(c) {
		w.topic(client, c.Kafka.Brokers[0], t)
	}
	w.group(client, c.Kafka.Group)
}

// broker tries one address of kafka.brokers.
func (w *walk) broker(client *broker.Client, c *config.Config, address string) {
	w.reach("kafka.brokers", address)
	if t := client.Dialer.TLS; t != nil {
		w.step("TLS with "+address, func(ctx context.Context) error { return handshake(ctx, address, t, "kafka.tls") })
	}
	name := "Kafka protocol with " + address
	if client.Dialer.SASLMechanism != nil {
		name = "login at " + address + " as " + c.Kafka.SASL.Username
	}
	w.step(name, func(ctx context.Context) error {
		conn, err := client.Dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return protocolFault(ctx, client, c, address, err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		if _, err = conn.Brokers(); err != nil {
			return protocolFault(ctx, client, c, address, err)
		}
		return nil
	})
}

// protocolFault finds out why a port that takes connections takes no request.
func protocolFault(ctx context.Context, client *broker.Client, c *config.Config, address string, err error) error {
	// What was tried may have used up the time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	sasl := c.Kafka.SASL.Mechanism != "none"
	switch {
	case errors.Is(err, kafka.SASLAuthenticationFailed):
		return fault(SASLLogin, err, "kafka.sasl.username or password is not what the broker knows; with scram, the user must have been created for this mechanism")
	case errors.Is(err, kafka.UnsupportedSASLMechanism):
		hint := "choose another kafka.sasl.mechanism, as the brokers do"
		if can, err := client.Mechanisms(ctx, address); err == nil && len(can) > 0 {
			hint = "the broker takes " + strings.ToLower(strings.Join(can, ", ")) + ": set kafka.sasl.mechanism to one of them"
		}
		return fault(SASLMechanism, err, hint)
	case errors.Is(err, kafka.IllegalSASLState):
		return fault(SASLNotSpoken, err, "the broker takes no login on this port: use its SASL port, or set kafka.sasl.mechanism to none")
	case isClientCertificate(err.Error()):
		return tlsFault(err, "kafka.tls")
	case client.Dialer.TLS == nil && speaksTLS(ctx, address):
		return fault(TLSExpected, err, "the port speaks TLS: set kafka.tls.enabled to true, or use the broker's plain port")
	case speaksHTTP(ctx, address):
		return fault(NotKafka, err, "a web server answers there, not a Kafka broker: check the port in kafka.brokers")
	case !sasl && answersVersions(ctx, client, address):
		return fault(SASLExpected, err, "the broker closes connections that do not log in: set kafka.sasl.mechanism, username and password")
	}
	return fault(NotKafka, err, "the port takes connections, but does not answer as a Kafka broker: check kafka.brokers")
}

// answersVersions reports whether a broker answers the one request that it
// answers before a login.
func answersVersions(ctx context.Context, client *broker.Client, address string) bool {
	conn, err := client.Dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(connectPatience))
	_, err = conn.ApiVersions()
	return err == nil
}

// cluster tries the addresses to which the brokers send clients.
func (w *walk) cluster(client *broker.Client, c *config.Config) {
	w.step("addresses that the brokers advertise", func(ctx context.Context) error {
		m, err := client.Kafka(patience).Metadata(ctx, &kafka.MetadataRequest{Topics: []string{c.Kafka.Topic}})
		if err != nil {
			return advertised(c, err)
		}
		for _, b := range m.Brokers {
			address := net.JoinHostPort(b.Host, strconv.Itoa(b.Port))
			if slices.Contains(c.Kafka.Brokers, address) {
				continue
			}
			conn, err := (&net.Dialer{Timeout: connectPatience}).DialContext(ctx, "tcp", address)
			if err != nil {
				return advertised(c, fmt.Errorf("broker %d sends clients to %s: %w", b.ID, address, err))
			}
			conn.Close()
		}
		return nil
	})
}

func advertised(c *config.Config, err error) error {
	var op *net.OpError
	var dns *net.DNSError
	if errors.As(err, &op) || errors.As(err, &dns) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, context.DeadlineExceeded) {
		return fault(Advertised, err, "every client must reach each broker under the address that it names: mend advertised.listeners of the broker, or make that name known here")
	}
	return err
}

// Operations of Kafka's access control, as bits of a set.
const (
	opRead     = 3
	opWrite    = 4
	opDescribe = 8
)

var operations = map[int]string{opRead: "Read", opWrite: "Write", opDescribe: "Describe"}

// wanted is a topic and what a worker needs of it.
type wanted struct {
	setting, name string
	bytes         int // least max.message.bytes
	single        bool
	operations    []int
}

func topics(c *config.Config) []wanted {
	k := c.Kafka
	list := []wanted{
		{setting: "kafka.topic", name: k.Topic, bytes: broker.MaxRecord, operations: []int{opRead}},
		{setting: "kafka.dlq_topic", name: k.DLQTopic, bytes: broker.MaxDeadLetter, operations: []int{opWrite}},
	}
	if slices.Contains(c.Worker.Stages, "dedup") {
		list = append(list, wanted{setting: "kafka.fingerprint_topic", name: k.FingerprintTopic, single: true, operations: []int{opRead, opWrite}})
	}
	return list
}

// topic checks that a topic is there, may be used, and is fit.
func (w *walk) topic(client *broker.Client, address string, t wanted) {
	w.step("topic "+t.name, func(ctx context.Context) error {
		m, err := client.Ask(ctx, address, &metadata.Request{TopicNames: []string{t.name}, IncludeTopicAuthorizedOperations: true})
		if err != nil {
			return err
		}
		for _, have := range m.(*metadata.Response).Topics {
			if have.Name == t.name {
				return t.check(&have)
			}
		}
		return fault(TopicMissing, errors.New("the broker does not list it"), "create it with dateline setup")
	})
	w.step("settings of "+t.name, func(ctx context.Context) error { return t.settings(ctx, client) })
}

func (t *wanted) check(have *metadata.ResponseTopic) error {
	switch err := kafka.Error(have.ErrorCode); {
	case err == 0:
	case errors.Is(err, kafka.UnknownTopicOrPartition):
		return fault(TopicMissing, err, fmt.Sprintf("create it with dateline setup, or mend %s; a user without the right to describe it sees the same", t.setting))
	case errors.Is(err, kafka.TopicAuthorizationFailed):
		return fault(TopicACL, err, "this user may not even describe the topic: allow "+t.operationNames()+" and Describe, see docs/security.md")
	default:
		return fault(TopicLeader, err, "the cluster has the topic, but cannot serve it now")
	}
	var missing []string
	if can := have.TopicAuthorizedOperations; can > 0 { // otherwise the broker does not say
		for _, op := range t.operations {
			if can&(1<<op) == 0 {
				missing = append(missing, operations[op])
			}
		}
	}
	if len(missing) > 0 {
		return fault(TopicACL, fmt.Errorf("this user lacks the right to %s", strings.Join(missing, " and ")),
			"allow "+strings.Join(missing, ", ")+" on topic "+t.name+" with kafka-acls, see docs/security.md")
	}
	if t.single && len(have.Partitions) != 1 {
		return fault(TopicPartition, fmt.Errorf("it has %d partitions", len(have.Partitions)), "it must have exactly one, which is the one order of verdicts: make it anew with dateline setup, or name another in "+t.setting)
	}
	for _, p := range have.Partitions {
		if p.LeaderID < 0 {
			return fault(TopicLeader, fmt.Errorf("partition %d has no leader", p.PartitionIndex), "the broker that has it is down: bring it back")
		}
	}
	return nil
}

func (t *wanted) operationNames() string {
	var names []string
	for _, op := range t.operations {
		names = append(names, operations[op])
	}
	return strings.Join(names, ", ")
}

func (t *wanted) settings(ctx context.Context, client *broker.Client) error {
	resp, err := client.Kafka(patience).DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: t.name, ConfigNames: []string{"cleanup.policy", "max.message.bytes"}}}})
	if err != nil {
		return err
	}
	for _, r := range resp.Resources {
		if errors.Is(r.Error, kafka.TopicAuthorizationFailed) || errors.Is(r.Error, kafka.ClusterAuthorizationFailed) {
			return note("this user may not read them, which a worker need not")
		}
		if r.Error != nil {
			return r.Error
		}
		for _, e := range r.ConfigEntries {
			if err := t.setting1(e.ConfigName, e.ConfigValue); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *wanted) setting1(name, value string) error {
	switch name {
	case "cleanup.policy":
		if value != "delete" {
			return fault(TopicCompacted, fmt.Errorf("cleanup.policy is %q", value), "compaction deletes versions of articles before they are read: set cleanup.policy to delete with kafka-configs")
		}
	case "max.message.bytes":
		if n, err := strconv.Atoi(value); err == nil && n < t.bytes {
			return fault(TopicBytes, fmt.Errorf("max.message.bytes is %d, the largest record needs %d", n, t.bytes), "raise it with kafka-configs, or large articles are refused")
		}
	}
	return nil
}

// group asks for the coordinator and what it lets this user do.
func (w *walk) group(client *broker.Client, name string) {
	w.step("group "+name, func(ctx context.Context) error {
		if err := coordinator(ctx, client, name); err != nil {
			return err
		}
		m, err := client.Transport.RoundTrip(ctx, client.Addr(), &describegroups.Request{Groups: []string{name}, IncludeAuthorizedOperations: true})
		if err != nil {
			return err
		}
		for _, g := range m.(*describegroups.Response).Groups {
			if err := checkGroup(&g); err != nil {
				return err
			}
		}
		return nil
	})
}

// coordinator waits for the group's coordinator: a new cluster makes its
// offsets topic when it is first asked.
func coordinator(ctx context.Context, client *broker.Client, name string) error {
	for {
		resp, err := client.Kafka(patience).FindCoordinator(ctx, &kafka.FindCoordinatorRequest{Key: name, KeyType: kafka.CoordinatorKeyTypeConsumer})
		if err == nil {
			err = resp.Error
		}
		switch {
		case errors.Is(err, kafka.GroupAuthorizationFailed):
			return groupACL(err, name)
		case !errors.Is(err, kafka.GroupCoordinatorNotAvailable):
			return err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

func groupACL(err error, name string) error {
	return fault(GroupACL, err, "allow Read on group "+name+" with kafka-acls, see docs/security.md")
}

func checkGroup(g *describegroups.ResponseGroup) error {
	switch err := kafka.Error(g.ErrorCode); {
	case errors.Is(err, kafka.GroupAuthorizationFailed):
		return groupACL(err, g.GroupID)
	case err != 0 && !errors.Is(err, kafka.GroupIdNotFound):
		return err
	}
	if can := g.AuthorizedOperations; can > 0 && can&(1<<opRead) == 0 {
		return groupACL(errors.New("this user lacks the right to Read"), g.GroupID)
	}
	if len(g.Members) == 0 {
		return nil
	}
	if kind := cmp.Or(g.ProtocolType, "consumer"); kind != "consumer" {
		return fault(GroupProtocol, fmt.Errorf("it is a group of kind %q", kind), "another program uses the name: choose another kafka.group")
	}
	if assignor := cmp.Or(g.ProtocolData, "range"); assignor != "range" {
		return fault(GroupProtocol, fmt.Errorf("%d members share their partitions by %q, a worker by \"range\"", len(g.Members), assignor),
			"another program is in the group, which a worker could not join: choose another kafka.group")
	}
	return nil
}
