package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/transport"
)

// Concern is what a person has to know of a connection: trouble that lasts, a channel without orders for too long, or stock that drifts there.
type Concern struct {
	ConnectionID int64
	Kind         string // "trouble", "silent", "drift"
	Title        string
	Words        string
	Remedy       string
}

// Raised is a concern that was told.
type Raised struct {
	ConnectionID int64
	Kind         string
	RaisedAt     commerce.Instant
	Mailed       string // as the mail of an alarm
}

type concernStore interface {
	RaisedConcerns(ctx context.Context) ([]Raised, error)
	RaiseConcern(ctx context.Context, connectionID int64, kind string) error
	// SettleConcern forgets a concern that is none any more.
	SettleConcern(ctx context.Context, connectionID int64, kind string) error
	NoteConcernMail(ctx context.Context, connectionID int64, kind, expected, mailed string) (won bool, err error)
}

type concernKey struct {
	connection int64
	kind       string
}

// CheckConcerns calls tell once for each concern, and mails it once where that is set up. A concern that is not among them any
// more is settled: when it comes back, it is told anew. Call it each minute.
func (j *Jobs) CheckConcerns(ctx context.Context, concerns []Concern, tell func(Alarm)) error {
	raised, err := j.store.RaisedConcerns(ctx)
	if err != nil {
		return err
	}
	told := map[concernKey]Raised{}
	for _, r := range raised {
		told[concernKey{r.ConnectionID, r.Kind}] = r
	}
	var troubles []error
	now := j.store.Now().Time()
	for _, c := range concerns {
		key := concernKey{c.ConnectionID, c.Kind}
		was, known := told[key]
		delete(told, key)
		if !known {
			if err := j.store.RaiseConcern(ctx, c.ConnectionID, c.Kind); err != nil {
				troubles = append(troubles, err)
				continue
			}
			tell(Alarm{c.ConnectionID, c.Title, c.Words})
		}
		troubles = append(troubles, j.mailConcern(ctx, c, was.Mailed, now))
	}
	for key := range told {
		troubles = append(troubles, j.store.SettleConcern(ctx, key.connection, key.kind))
	}
	return errors.Join(troubles...)
}

func (j *Jobs) mailConcern(ctx context.Context, c Concern, mailed string, now time.Time) error {
	text := c.Words + "\n" + c.Remedy + "\n\nThis mail is sent once. Open Tradepost, Connections, to look.\n"
	return j.mailOnce(ctx, fmt.Sprintf("concern-%d-%s", c.ConnectionID, c.Kind), mailed, now, transport.Letter{Subject: "Tradepost: " + c.Title, Text: text},
		func(expected, mailed string) (bool, error) {
			return j.store.NoteConcernMail(context.WithoutCancel(ctx), c.ConnectionID, c.Kind, expected, mailed)
		})
}
