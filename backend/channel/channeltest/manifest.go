package channeltest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
)

var (
	idForm     = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	allTypes   = []channel.OptionType{channel.TextOption, channel.URLOption, channel.ChoiceOption, channel.FlagOption, channel.NumberOption, channel.SecretOption}
	observable = []channel.Operation{channel.SetStock, channel.SetPrice, channel.SetStatus}
)

// must fails with a sentence unless ok.
func must(t T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok {
		t.Errorf(format, args...)
	}
}

func (k *kit) manifestWords(t T) {
	m := k.manifest
	must(t, idForm.MatchString(m.ID), "the id %q is not of the form of %s", m.ID, idForm)
	must(t, m.Name != "" && m.API != "", "the name %q or the version %q is missing", m.Name, m.API)
	known := func(kind struct{ ID, Name string }) bool { return kind.ID == m.Kind }
	must(t, m.Kind == channel.LedgerKind || slices.ContainsFunc(channel.Kinds, known), "there is no kind %q", m.Kind)
	must(t, sentence(m.Summary), "the summary is no sentence: %q", m.Summary)
	must(t, strings.HasPrefix(m.Docs, "https://"), "the vendor's page is missing: %q", m.Docs)
	must(t, m.PageSize > 0, "a page has no size")
	must(t, len(m.Guide) > 0, "no guide leads to the credentials")
	for _, step := range m.Guide {
		must(t, sentence(step), "a step of the guide is no sentence: %q", step)
	}
	for _, words := range slices.Concat(m.Terms, m.Cannot) {
		must(t, sentence(words), "a term, or what it cannot do, is no sentence: %q", words)
	}
	if _, err := time.Parse(time.DateOnly, m.Known); m.Known != "" {
		must(t, err == nil, "what is known is of no day: %q", m.Known)
	}
	must(t, m.PersonalDays >= 0, "personal values are kept for %d days", m.PersonalDays)
	names := map[string]channel.Option{}
	for _, o := range m.Options {
		_, twice := names[o.Name]
		must(t, !twice, "two options are called %q", o.Name)
		k.optionWords(t, o, names)
		names[o.Name] = o
	}
	k.streamWords(t)
	k.writeWords(t)
	k.bucketWords(t)
}

// optionWords looks at one option; before are those above it, which it may hang on.
func (k *kit) optionWords(t T, o channel.Option, before map[string]channel.Option) {
	must(t, idForm.MatchString(o.Name), "the option %q is not of the form of %s", o.Name, idForm)
	must(t, o.Label != "" && sentence(o.Help), "the option %s has no label, or its help is no sentence: %q", o.Name, o.Help)
	must(t, slices.Contains(allTypes, o.Type), "the option %s has no type: %q", o.Name, o.Type)
	must(t, (o.Type == channel.ChoiceOption) == (len(o.Choices) > 0), "the option %s has choices and is of type %s", o.Name, o.Type)
	must(t, o.Type != channel.SecretOption || o.Default == "", "the secret %s has a default", o.Name)
	must(t, o.Type != channel.FlagOption || slices.Contains([]string{"", "true", "false"}, o.Default), "the flag %s is %q by default", o.Name, o.Default)
	for _, c := range o.Choices {
		must(t, c.Value != "" && c.Label != "", "a choice of %s has no value or no label", o.Name)
	}
	must(t, o.Type != channel.ChoiceOption || o.Default == "" || hasChoice(o.Choices, o.Default), "the default of %s is none of its choices: %q", o.Name, o.Default)
	if o.Only != "" {
		name, value, _ := strings.Cut(o.Only, "=")
		on, known := before[name]
		must(t, known && (on.Type != channel.ChoiceOption || hasChoice(on.Choices, value)), "the option %s hangs on %q, which is no value of an option above it", o.Name, o.Only)
	}
}

func hasChoice(choices []channel.Choice, value string) bool {
	return slices.ContainsFunc(choices, func(c channel.Choice) bool { return c.Value == value })
}

func (k *kit) streamWords(t T) {
	seen := map[channel.Stream]bool{}
	must(t, len(k.manifest.Streams) > 0, "the manifest claims no stream")
	for _, s := range k.manifest.Streams {
		must(t, slices.Contains(channel.Streams, s.Stream) && !seen[s.Stream], "the stream %q is unknown or there twice", s.Stream)
		must(t, s.Every > 0 && s.Overlap >= 0 && s.FullEvery >= 0 && s.Behind >= 0, "the stream %s has no interval", s.Stream)
		must(t, s.Note == "" || sentence(s.Note), "the note of %s is no sentence: %q", s.Stream, s.Note)
		seen[s.Stream] = true
	}
}

func (k *kit) writeWords(t T) {
	seen := map[channel.Operation]bool{}
	for _, w := range k.manifest.Writes {
		must(t, slices.Contains(channel.Operations, w.Operation) && !seen[w.Operation], "the operation %q is unknown or there twice", w.Operation)
		must(t, w.Batch >= 1, "a batch of %s takes %d intents", w.Operation, w.Batch)
		must(t, (w.Operation == channel.SetStatus) == (len(w.Statuses) > 0), "%s has %d statuses to set", w.Operation, len(w.Statuses))
		must(t, !w.Compare || slices.Contains(observable, w.Operation), "%s compares, and nothing of it is observed", w.Operation)
		must(t, !w.Corrects || w.Operation == channel.Ship, "%s corrects shipments", w.Operation)
		must(t, w.Note == "" || sentence(w.Note), "the note of %s is no sentence: %q", w.Operation, w.Note)
		for _, c := range w.Statuses {
			must(t, c.Value != "" && c.Label != "", "a status has no value or no label: %+v", c)
		}
		seen[w.Operation] = true
	}
}

func (k *kit) bucketWords(t T) {
	seen := map[string]bool{}
	for _, b := range k.manifest.Buckets {
		must(t, b.Name != "" && !seen[b.Name], "the bucket %q has no name or is there twice", b.Name)
		must(t, sentence(b.Why), "the bucket %s does not say why: %q", b.Name, b.Why)
		must(t, b.Burst >= 1 && (b.Rate > 0 || b.PerDay > 0), "the bucket %s never fills: rate %v, burst %v", b.Name, b.Rate, b.Burst)
		must(t, b.Reserve >= 0 && b.Reserve < b.Burst, "the bucket %s reserves %v of %v", b.Name, b.Reserve, b.Burst)
		seen[b.Name] = true
	}
}

func (k *kit) manifestHonest(t T) {
	for _, operation := range channel.Operations {
		_, claimed := k.manifest.Write(operation)
		must(t, claimed == (channel.Writer(k.Connector, operation) != nil), "%s: claimed %v, and the connector can do it: %v", operation, claimed, !claimed)
	}
	_, finds := k.Connector.(channel.Finder)
	_, observes := k.Connector.(channel.Observer)
	writes, observed := len(k.manifest.Writes) > 0, slices.ContainsFunc(k.manifest.Writes, func(w channel.Write) bool { return slices.Contains(observable, w.Operation) })
	must(t, !writes || k.manifest.NativeKeys || finds, "it writes without native keys and cannot find the effect of a write")
	must(t, writes || !finds && !k.manifest.NativeKeys, "it claims no writes, and has keys or finds them")
	must(t, observed == observes, "it has values to observe: %v, and observes them: %v", observed, observes)
	_, hooker := k.Connector.(channel.Hooker)
	must(t, hooker == (len(k.Hooks) > 0), "it reads hooks: %v, and the suite hands in %d samples", hooker, len(k.Hooks))
	g := k.filled(t)
	must(t, g.vendor.Connector() == k.manifest.ID, "the vendor is one of %q", g.vendor.Connector())
	k.connectionHonest(t, g)
	for _, stream := range channel.Streams {
		if k.has(stream) {
			continue
		}
		_, err := g.pull(channel.PullRequest{Stream: stream, Mode: channel.Full})
		must(t, err != nil, "the stream %s is not claimed, and pulling it is no error", stream)
	}
	again, _ := json.Marshal(k.Connector.Manifest())
	first, _ := json.Marshal(k.manifest)
	must(t, string(first) == string(again), "the manifest changes while the program runs")
}

// connectionHonest looks whether the vendor's own connection can be set up by the manifest's form.
func (k *kit) connectionHonest(t T, g *rig) {
	options, secrets := g.vendor.Connection(g.server.URL)
	for _, o := range k.manifest.Options {
		_, plain := options[o.Name]
		_, sealed := secrets[o.Name]
		must(t, o.Type == channel.SecretOption && !plain || o.Type != channel.SecretOption && !sealed, "the option %s of the connection is sealed where it should not be, or the reverse", o.Name)
		must(t, !o.Required || o.Only != "" || plain || sealed || o.Default != "", "the option %s is required, and a good connection has none", o.Name)
	}
	for name := range options {
		must(t, slices.ContainsFunc(k.manifest.Options, func(o channel.Option) bool { return o.Name == name }), "a good connection has %q, which the form does not ask for", name)
	}
	_, refresher := k.Connector.(channel.Refresher)
	for name := range secrets {
		must(t, refresher || slices.Contains(k.manifest.Secrets(), name), "a good connection has the secret %q, which the form does not ask for", name)
	}
}

func (k *kit) manifestGolden(t T) {
	text, err := json.MarshalIndent(k.manifest, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	Golden(t, k.Golden, string(text)+"\n")
}

// buckets looks at the calls of all parts before it.
func (k *kit) buckets(t T) {
	declared := map[string]bool{}
	for _, b := range k.manifest.Buckets {
		declared[b.Name] = true
		must(t, k.used[b.Name] > 0 || k.Other[b.Name] != "", "no call ever counted against the bucket %s", b.Name)
	}
	for name, calls := range k.used {
		must(t, declared[name] || name == "" && len(declared) == 0, "%d calls count against %q, which the manifest does not declare", calls, name)
	}
	must(t, len(k.used) > 0, "no call was made at all")
}
