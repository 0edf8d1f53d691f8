// Package bench measures the way from Kafka into Elasticsearch: how fast the
// cluster takes documents that are ready (a raw replay of bulk requests), how
// fast the worker delivers the same documents with its stages off and with all
// of them, and how fast the obvious program is (a kafka-go Reader in front of
// an esutil.BulkIndexer, committing after the ack).
//
// All of it runs against the same servers, one after the other, on the same
// articles. The numbers of one run compare; those of two machines do not.
package bench
