// Package indextest holds the one set of tests that every index.Store must
// pass, on a real store: the embedded one in any test run, Elasticsearch where
// a server is at hand. What a test says of one store it says of both, so that
// a question answered in the demo is answered the same way by a cluster.
//
// The suite does not test what only one store has: templates, aliases and the
// network for Elasticsearch, the folder and its lock for the embedded store.
package indextest
