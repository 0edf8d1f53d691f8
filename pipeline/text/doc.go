// Package text holds the leaf types that every stage of the pipeline shares:
// byte spans into a named field, the tokens and sentences of a text, and the
// name mentions found in it.
//
// All offsets are bytes into the UTF-8 text exactly as it was received, half
// open, so that text[s.Start:s.End] is always the surface form. Nothing here
// normalises, trims or copies the text; a Tokens value only points into it.
package text
