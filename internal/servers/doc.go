// Package servers runs a real Kafka and a real Elasticsearch as child
// processes, for tests and benchmarks. Nothing of Dateline's own programs
// imports it.
//
// Both servers are fetched with Maven as published artifacts, checked
// against the SHA-256 sums in locks/, kept in a cache outside the repository
// ([CacheDir]) and started on loopback addresses only. A server that cannot
// be fetched, verified or started is an error that carries the last lines of
// its log; no function of this package ever skips a test.
//
// Most test packages want one pair of servers for all their tests:
//
//	//go:build servers
//
//	func TestMain(m *testing.M) {
//		servers.Main(m, servers.Need{Kafka: true, Elasticsearch: true})
//	}
//
//	func TestIndex(t *testing.T) {
//		topic := servers.Unique("news")
//		produce(t, servers.KafkaAddr(), topic)
//		…
//	}
//
// Main takes the servers named by DATELINE_KAFKA and DATELINE_ELASTICSEARCH
// when an outer command has started them (cmd/testservers does, for `make
// test`), and starts its own otherwise. Tests that break servers start their
// own with [StartKafka] and [StartElasticsearch], put a [Proxy] in between
// and then Kill, Pause, Restart or Cut.
//
// # What ends with what
//
// A server is the leader of a process group. Stop ends it in good order, Kill
// at once, both wait until the last process of the group is gone. On Linux
// the kernel kills the servers when the process that started them dies,
// however it dies, so a crashed or killed test leaves no orphans.
//
// # Limits
//
// One Kafka node and one Elasticsearch node, not clusters. The Elasticsearch
// distribution is the one made for integration tests: transport, HTTP and
// x-pack core and security, and with the Analysis option the analysis
// components of testdata/TestAnalysisPlugin.java. It has no ILM, data
// streams, scripts, ingest processors, reindex, update by query or ES|QL.
// Unix only; the death of the parent is noticed on Linux only, and CPU and
// RSS are measured there only.
package servers
