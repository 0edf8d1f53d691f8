// Command _generate builds pipeline/gazetteer/gazetteer.bin and gazetteer.sum
// from the packages of sources.lock and the files of ../overlay.
//
//	go run . -cache DIR          fetch what is missing into DIR, check, build
//	go run . -cache DIR -check   build and compare with the committed files
//
// Packages come through the ordinary clients (pip, npm, apt-get), as they are
// set up on the machine; each archive's sha256 must be the one in sources.lock.
// Two builds from the same sources are equal byte for byte.
package main
