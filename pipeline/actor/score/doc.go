// Package score compares the people that package actor finds in an article with
// annotated coreference, by the B-cubed measure over name mentions.
//
// Read takes the WebAnno TSV files of the GUM corpus and keeps the mentions of
// people whose words all start with a capital letter. Their spans are given to
// package actor as names, so that only the joining of mentions is judged.
package score
