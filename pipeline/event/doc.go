// Package event ties who, where and when together: the actors, places and date
// of one clause, the word that names what happens, its type, who acts on whom,
// and how sure the text is of it. It also picks the one date of the article's
// main event.
//
// "Korpi's office said that a summit would be held in Turku on April 4" gives
// two events: Korpi's statement, and one in Turku on [2025-04-04, 2025-04-05),
// trigger "held", type CONSULT from its noun, modality planned.
//
// Types are the sixteen classes of the PLOVER event ontology and six of our
// own; lexicon.txt lists the words of each. No type is an answer: the trigger
// still says what the text says.
//
// A date is attached in four steps, each marked in its method and confidence:
// the nearest in the clause; one of a neighbour clause that no subordinator
// separates; the first of the paragraph's latest dated sentence (method chain);
// what the tense says of the day of publication (method tense, on or before or
// on or after).
//
// Find and MainDate are pure: what they answer depends on their input alone.
//
// # Limits
//
// Clauses are cut by signs, subordinators and closed word lists, not by a
// parser; a verb outside the lexicon is seen only by its -ed. Pronouns take
// the subject of the clause before, and only he, she and they. Nouns make
// events where the clause has no verb. Confidence is a prior.
package event
