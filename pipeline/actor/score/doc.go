// Package score measures package actor: the people it makes of name mentions,
// the roles it reads, and whether it takes authors for actors.
//
// Read takes the WebAnno TSV files of the GUM corpus and keeps the mentions of
// people whose words all start with a capital letter. Their spans are given to
// package actor as names, so that only the joining of mentions is judged, by the
// B-cubed measure.
//
// RoleGold are roles in news articles, labelled by hand and kept as offsets
// (roles.txt); the articles stay outside this repository. They are read by the
// whole pipeline, as are the articles whose authors must not be actors.
package score
