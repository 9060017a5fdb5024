package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/transport"
)

// Subject is what a concern is about: a connection or a trading partner, whose id the other leaves 0, and what of it.
type Subject struct {
	ConnectionID int64
	PartnerID    int64
	Kind         string // "trouble", "silent", "drift"; of partners what is late: "response", "shipment", "acknowledgement", ...
}

// Concern is what a person has to know: trouble of a connection that lasts, a channel without orders for too long, stock that drifts there, or
// documents between us and a trading partner that are late.
type Concern struct {
	Subject

	Latest commerce.Instant // of what is late: when the last of it fell due
	Title  string
	Words  string
	Remedy string
}

// Raised is a concern that was told.
type Raised struct {
	Subject

	Latest   commerce.Instant
	RaisedAt commerce.Instant
	Mailed   string // as the mail of an alarm
}

type concernStore interface {
	RaisedConcerns(ctx context.Context) ([]Raised, error)
	// RaiseConcern notes that a concern is told, and up to what fell due when; its mail is to be sent anew.
	RaiseConcern(ctx context.Context, about Subject, latest commerce.Instant) error
	// SettleConcern forgets a concern that is none any more.
	SettleConcern(ctx context.Context, about Subject) error
	NoteConcernMail(ctx context.Context, about Subject, expected, mailed string) (won bool, err error)
}

// CheckConcerns calls tell once for each concern, and again when more of it fell due, and mails it as often where that is set up. A concern
// that is not among them any more is settled: when it comes back, it is told anew. Call it each minute.
func (j *Jobs) CheckConcerns(ctx context.Context, concerns []Concern, tell func(Alarm)) error {
	raised, err := j.store.RaisedConcerns(ctx)
	if err != nil {
		return err
	}
	told := map[Subject]Raised{}
	for _, r := range raised {
		told[r.Subject] = r
	}
	var troubles []error
	now := j.store.Now().Time()
	for _, c := range concerns {
		was, known := told[c.Subject]
		delete(told, c.Subject)
		if !known || c.Latest > was.Latest {
			if err := j.store.RaiseConcern(ctx, c.Subject, c.Latest); err != nil {
				troubles = append(troubles, err)
				continue
			}
			was.Mailed = ""
			tell(Alarm{max(c.ConnectionID, c.PartnerID), c.Title, c.Words})
		}
		troubles = append(troubles, j.mailConcern(ctx, c, was.Mailed, now))
	}
	for about := range told {
		troubles = append(troubles, j.store.SettleConcern(ctx, about))
	}
	return errors.Join(troubles...)
}

func (j *Jobs) mailConcern(ctx context.Context, c Concern, mailed string, now time.Time) error {
	page, key := "Connections", fmt.Sprintf("concern-%d-%s", c.ConnectionID, c.Kind)
	if c.PartnerID != 0 {
		page, key = "EDI", fmt.Sprintf("partner-%d-%s-%d", c.PartnerID, c.Kind, c.Latest)
	}
	text := c.Words + "\n" + c.Remedy + "\n\nThis mail is sent once. Open Tradepost, " + page + ", to look.\n"
	return j.mailOnce(ctx, key, mailed, now, transport.Letter{Subject: "Tradepost: " + c.Title, Text: text},
		func(expected, mailed string) (bool, error) {
			return j.store.NoteConcernMail(context.WithoutCancel(ctx), c.Subject, expected, mailed)
		})
}
