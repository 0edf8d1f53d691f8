// Package actor turns the names of an article into actors: people,
// organisations, governments and groups, each with one id, every mention, and
// the roles that the text gives.
//
//	actors := linker.Link(&in)                     before dating
//	linker.Finish(actors.Actors, day of each)      after it: roles as of the event
//
// "Finnish President Antti Korpi met NATO's Pieter van Houten. Korpi said …"
// gives p:antti-korpi (role President, FI, GOV; mentions "Antti Korpi" and
// "Korpi"), p:pieter-van-houten and org:nato.
//
// # Ids
//
// People and bodies of the gazetteer have its ids: per:ru:vladimir-putin,
// org:kremlin. States are cty:fi, their soldiers gen:fi:mil, police gen:fi:cop.
// Anybody else with a name of two words or more gets a provisional id from the
// folded name, p:antti-korpi, the same in every article and on every worker;
// two people of one name share it until an override splits them. Other
// organisations get o: and the folded name, provisional as well. A person
// known by one word only has a name and no id.
//
// # Rules
//
// Longest names first, each shorter one joins the longer name that it ends,
// starts or abbreviates; of several the nearest before it. A title makes a role
// with its words, the body or nation in front of it or behind "of", a code of
// the CAMEO actor scheme and a status. Countries and capitals are actors where
// a verb of speech or policy follows; nations where a noun of office or arms
// follows; metonyms (Kremlin) always. Names in bylines, credits and tails, and
// the names given as authors, are never actors unless the text gives them a
// title that is no journalist's. Outlets and agencies are cited, not actors,
// unless something happens to them.
//
// # Limits
//
// English only. Pronouns and descriptions ("the president") join nobody. A
// surname of two people of one article goes to the nearest full name before
// it. Organisations join by equal names, parts and acronyms only. Relations
// between actors are not read here.
package actor
