package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/channel"
)

// Connector is a kind of system that can be connected, as its manifest says.
type Connector struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Kind     string            `json:"kind" doc:"The kind of the channels it serves."`
	Summary  string            `json:"summary"`
	Guide    []string          `json:"guide" doc:"Steps that lead to the credentials."`
	Personal int               `json:"personal_days" doc:"For how many days after shipment personal values of buyers are kept; 0 is no such rule."`
	Docs     string            `json:"docs" doc:"The vendor's page about its API."`
	Terms    []string          `json:"terms" doc:"What the vendor demands of whoever connects."`
	Cannot   []string          `json:"cannot" doc:"What the vendor's interface offers to nobody."`
	Known    *string           `json:"known" format:"date" doc:"The day of that knowledge."`
	API      string            `json:"api"`
	Options  []ConnectorOption `json:"options"`
	Streams  []ConnectorStream `json:"streams"`
	Writes   []ConnectorWrite  `json:"writes"`
	Limits   []ConnectorLimit  `json:"limits"`
	PageSize int               `json:"page_size"`
}

// ConnectorOption is one setting of a connection.
type ConnectorOption struct {
	Name     string            `json:"name"`
	Label    string            `json:"label"`
	Help     string            `json:"help"`
	Example  string            `json:"example"`
	Type     string            `json:"type" enum:"text,url,choice,flag,number,secret"`
	Required bool              `json:"required"`
	Default  string            `json:"default"`
	Choices  []ConnectorChoice `json:"choices"`
	Advanced bool              `json:"advanced"`
	Only     string            `json:"only" doc:"Asked for only where another option has a value: auth=api_key."`
}

// ConnectorChoice is one value of an option.
type ConnectorChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// ConnectorStream is what can be pulled.
type ConnectorStream struct {
	Stream           string `json:"stream" enum:"orders,products,stock,customers,lists,documents"`
	EverySeconds     int    `json:"every_seconds"`
	FullEverySeconds int    `json:"full_every_seconds" doc:"How often everything is compared; 0 is never."`
	OverlapSeconds   int    `json:"overlap_seconds"`
	Changes          bool   `json:"changes" doc:"What changed can be asked for; otherwise each look compares everything."`
	BehindSeconds    int    `json:"behind_seconds" doc:"For how long the vendor holds each change back."`
	Note             string `json:"note"`
}

// ConnectorWrite is what can be written.
type ConnectorWrite struct {
	Operation string            `json:"operation"`
	Batch     int               `json:"batch"`
	Compare   bool              `json:"compare" doc:"The vendor refuses a write whose observed value is no longer true."`
	Statuses  []ConnectorChoice `json:"statuses"`
	Note      string            `json:"note"`
}

// ConnectorLimit is a limit of the vendor on calls.
type ConnectorLimit struct {
	Bucket string  `json:"bucket"`
	Rate   float64 `json:"rate" doc:"Calls a second."`
	Burst  float64 `json:"burst"`
	PerDay float64 `json:"per_day" doc:"0 is no such limit."`
	Why    string  `json:"why"`
}

type connectorList struct {
	Connectors []Connector `json:"connectors"`
}

func (s *server) registerConnectors(spec huma.API) {
	get(spec, "/api/v1/connectors", about{"list-connectors", "The systems that can be connected, with what each asks for", "Connections", "connections:read"}, s.connectors)
}

func (s *server) connectors(context.Context, *none) (*reply[connectorList], error) {
	body := connectorList{Connectors: []Connector{}}
	for _, c := range s.Engine.Connectors() {
		body.Connectors = append(body.Connectors, connectorOf(c.Manifest()))
	}
	return ok(body, nil)
}

func connectorOf(m channel.Manifest) Connector {
	c := Connector{ID: m.ID, Name: m.Name, Kind: m.Kind, Summary: m.Summary, Guide: list(m.Guide), Docs: m.Docs, API: m.API, Terms: list(m.Terms), Cannot: list(m.Cannot),
		Known: optionalText(m.Known), Personal: m.PersonalDays, Options: []ConnectorOption{},
		Streams: []ConnectorStream{}, Writes: []ConnectorWrite{}, Limits: []ConnectorLimit{}, PageSize: m.PageSize}
	for _, o := range m.Options {
		c.Options = append(c.Options, ConnectorOption{o.Name, o.Label, o.Help, o.Example, string(o.Type), o.Required, o.Default, choicesOf(o.Choices), o.Advanced, o.Only})
	}
	for _, one := range m.Streams {
		c.Streams = append(c.Streams, ConnectorStream{string(one.Stream), int(one.Every.Seconds()), int(one.FullEvery.Seconds()), int(one.Overlap.Seconds()), one.Changes,
			int(one.Behind.Seconds()), one.Note})
	}
	for _, w := range m.Writes {
		c.Writes = append(c.Writes, ConnectorWrite{string(w.Operation), w.Batch, w.Compare, choicesOf(w.Statuses), w.Note})
	}
	for _, b := range m.Buckets {
		c.Limits = append(c.Limits, ConnectorLimit{b.Name, b.Rate, b.Burst, b.PerDay, b.Why})
	}
	return c
}

func choicesOf(all []channel.Choice) []ConnectorChoice {
	choices := []ConnectorChoice{}
	for _, c := range all {
		choices = append(choices, ConnectorChoice{c.Value, c.Label})
	}
	return choices
}
