// Package event ties who, where and when together: the actors, places and date
// of one sentence, the word that names what happens, and how sure the text is
// of it. It also picks the one date of the article's main event.
//
// "A summit would be held in Turku on April 4, Korpi's office said" gives one
// event: actor Korpi, place Turku, date [2025-04-04, 2025-04-05), trigger
// "held", modality planned.
//
// Find and MainDate are pure: what they answer depends on their input alone.
//
// # Limits
//
// An event is a sentence: of two things in one sentence the actors, places and
// the date nearest to the first verb go together. Verbs are known by closed
// lists and by their ending. Confidence is a prior.
package event
