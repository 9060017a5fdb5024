package channeltest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

// parcel is what was shipped of an order.
type parcel struct {
	ID, Order, Tracking string
}

// ship notes a parcel, or another number of one that is there.
func (s *shop) ship(w http.ResponseWriter, r *http.Request) {
	var asked parcel
	_ = json.NewDecoder(r.Body).Decode(&asked)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	i := slices.IndexFunc(s.parcels, func(p parcel) bool { return p.ID == asked.ID })
	switch {
	case s.find("orders", asked.Order) == nil || asked.ID != "" && i < 0:
		says(w, http.StatusNotFound, map[string]any{"error": "no such order or parcel"})
		return
	case i >= 0:
		s.parcels[i].Tracking = asked.Tracking
	default:
		asked.ID = fmt.Sprint("p", len(s.parcels)+1)
		s.parcels, i = append(s.parcels, asked), len(s.parcels)
	}
	s.desk.Note(simulated.Effect{Operation: channel.Ship, Target: asked.Order, After: asked.Tracking})
	says(w, http.StatusOK, s.parcels[i])
}

func (s *shop) shipped(w http.ResponseWriter, _ *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	says(w, http.StatusOK, map[string]any{"parcels": s.parcels})
}

// posting is a connector for a shop that can be told of parcels, and of another number of one. It does nothing else.
type posting struct{ keyed }

func (c posting) Manifest() channel.Manifest {
	m := specimen{}.Manifest()
	m.Writes = []channel.Write{{Operation: channel.Ship, Batch: 1, Corrects: true}}
	return m
}

func (c posting) Ship(ctx context.Context, s channel.Session, intents []channel.Intent) ([]channel.Outcome, error) {
	i := intents[0]
	found, err := c.Find(ctx, s, i)
	if err != nil || found.Result == channel.Already {
		return []channel.Outcome{found}, err
	}
	asked, made := parcel{i.Shipment.ExternalID, i.Target, i.Shipment.Tracking}, parcel{}
	if c.wrong == "ships anew what it is to correct" {
		asked.ID = ""
	}
	_, err = specimen{}.call(ctx, s, http.MethodPost, "/api/parcels", asked, &made)
	outcomes, err := single(err)
	if err == nil && outcomes[0].Result == channel.Applied {
		outcomes[0].Ref = made.ID
	}
	return outcomes, err
}

func (c posting) Find(ctx context.Context, s channel.Session, i channel.Intent) (channel.Outcome, error) {
	var got struct{ Parcels []parcel }
	_, err := specimen{}.call(ctx, s, http.MethodGet, "/api/parcels", nil, &got)
	for _, p := range got.Parcels {
		if corrects := i.Shipment.ExternalID; corrects != "" && corrects != p.ID && c.wrong != "takes any parcel for the one" {
			continue
		}
		if p.Order == i.Target && (p.Tracking == i.Shipment.Tracking || c.wrong == "takes any parcel for the one") {
			return channel.Outcome{Result: channel.Already, Ref: p.ID}, nil
		}
	}
	return channel.Outcome{Result: channel.NotDone}, err
}

var _ channel.Shipper = posting{}

func TestCorrections(t *testing.T) {
	for _, wrong := range []string{"", "ships anew what it is to correct", "takes any parcel for the one"} {
		s := specimenSuite("")
		s.Connector, s.Hooks = posting{keyed{wrong}}, nil
		r := &recorder{only: "a shipment's number"}
		if run(r, s); wrong != "" {
			r.mustFail(t, wrong)
		} else if r.Failed() || r.tried != 1 {
			t.Errorf("a good connector is refused: %v", r.said)
		}
	}
}
