package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

type channelStore interface {
	Channels(ctx context.Context) ([]channel.Channel, error)
	Channel(ctx context.Context, id int64) (channel.Channel, error)
	AddChannel(ctx context.Context, c channel.Channel) (channel.Channel, error)
	ReviseChannel(ctx context.Context, c channel.Channel, ifSeq int64) error
}

// Channel is a place that sells.
type Channel struct {
	ID            string  `json:"id"`
	ETag          string  `json:"etag"`
	Name          string  `json:"name"`
	Kind          string  `json:"kind" enum:"shopify,amazon,ebay,etsy,walmart,tiktok,square,woocommerce,vendure,edi,other"`
	Zone          string  `json:"zone"`
	Currency      string  `json:"currency"`
	Orders        int64   `json:"orders"`
	NewestOrderAt *string `json:"newest_order_at"`
	LastImportAt  *string `json:"last_import_at"`
}

type channelList struct {
	Channels []Channel `json:"channels"`
}

// ChannelDraft is a channel as a person states it.
type ChannelDraft struct {
	Name     string `json:"name" minLength:"1" maxLength:"100"`
	Kind     string `json:"kind,omitempty" enum:"shopify,amazon,ebay,etsy,walmart,tiktok,square,woocommerce,vendure,edi,other"`
	Zone     string `json:"zone,omitempty"`
	Currency string `json:"currency,omitempty"`
}

func (s *server) registerChannels(spec huma.API) {
	get(spec, "/api/v1/channels", about{"list-channels", "All channels", "Channels", "channels:read"}, s.channels)
	post(spec, "/api/v1/channels", http.StatusCreated, about{"add-channel", "Add a channel", "Channels", "channels:write"}, s.addChannel)
	patch(spec, "/api/v1/channels/{id}", about{"change-channel", "Change a channel's name, zone or currency", "Channels", "channels:write"}, s.changeChannel)
}

func channelOf(c channel.Channel) Channel {
	return Channel{ID: idText(c.ID), ETag: idText(c.Seq), Name: c.Name, Kind: c.Kind, Zone: c.Zone, Currency: string(c.Currency), Orders: c.Orders,
		NewestOrderAt: when(c.NewestOrderAt), LastImportAt: when(c.LastImportAt)}
}

func (s *server) channels(ctx context.Context, _ *none) (*reply[channelList], error) {
	all, err := s.Store.Channels(ctx)
	body := channelList{Channels: []Channel{}}
	for _, c := range all {
		body.Channels = append(body.Channels, channelOf(c))
	}
	return ok(body, err)
}

func (s *server) addChannel(ctx context.Context, in *struct{ Body ChannelDraft }) (*reply[Channel], error) {
	c := channel.Channel{Kind: or(in.Body.Kind, "other")}
	if err := in.Body.into(&c); err != nil {
		return nil, err
	}
	c, err := s.Store.AddChannel(ctx, c)
	return ok(channelOf(c), err)
}

// into checks a draft and lays it over c.
func (d ChannelDraft) into(c *channel.Channel) error {
	c.Name = strings.TrimSpace(d.Name)
	if c.Name == "" {
		return fault.New(fault.Invalid, "A channel needs a name.", `Call it as you know it, such as "Etsy, main shop".`).InField("name")
	}
	if _, err := time.LoadLocation(d.Zone); err != nil {
		return fault.Wrap(err, fault.Invalid, d.Zone+" is not a time zone.", "Use a name such as America/New_York.").InField("zone")
	}
	c.Zone, c.Currency = d.Zone, ""
	if d.Currency == "" {
		return nil
	}
	currency, err := commerce.ParseCurrency(d.Currency)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, d.Currency+" is not a currency.", "Use three letters such as USD.").InField("currency")
	}
	c.Currency = currency
	return nil
}

func (s *server) changeChannel(ctx context.Context, in *struct {
	Versioned
	Body struct {
		Name     *string `json:"name,omitempty"`
		Zone     *string `json:"zone,omitempty"`
		Currency *string `json:"currency,omitempty"`
	}
}) (*reply[Channel], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	c, err := s.Store.Channel(ctx, id)
	if err != nil {
		return nil, err
	}
	draft := ChannelDraft{Name: c.Name, Zone: c.Zone, Currency: string(c.Currency)}
	lay(map[*string]*string{&draft.Name: in.Body.Name, &draft.Zone: in.Body.Zone, &draft.Currency: in.Body.Currency})
	if err := draft.into(&c); err != nil {
		return nil, err
	}
	if err := s.Store.ReviseChannel(ctx, c, seq); err != nil {
		return nil, err
	}
	c, err = s.Store.Channel(ctx, id)
	return ok(channelOf(c), err)
}
