package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"tradepost/backend/fault"
)

// client speaks the API.
type client struct {
	http  *http.Client
	ctx   context.Context
	match string // the version that writes are held to; "" is any
}

// base stands in for the owner's address; the transport knows the way.
const base = "http://tradepost.local"

func (c *client) get(path string, query url.Values, into any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.do(http.MethodGet, path, "", nil, into)
}

func (c *client) post(path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("writing request: %w", err)
	}
	return c.do(http.MethodPost, path, "application/json", bytes.NewReader(text), into)
}

// channelNamed gives the id of a channel.
func (c *client) channelNamed(name string) (string, error) {
	var body struct {
		Channels []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"channels"`
	}
	if err := c.get("/api/v1/channels", nil, &body); err != nil {
		return "", err
	}
	for _, channel := range body.Channels {
		if strings.EqualFold(channel.Name, name) {
			return channel.ID, nil
		}
	}
	return "", fault.New(fault.NotFound, fmt.Sprintf("There is no channel called %q.", name), "See the names with: tradepost channels list.").InField("channel")
}

func (c *client) remove(path string) error { return c.do(http.MethodDelete, path, "", nil, nil) }

func (c *client) upload(name string, content io.Reader, into any) error {
	return c.do(http.MethodPost, "/api/v1/files?name="+url.QueryEscape(name), "application/octet-stream", content, into)
}

func (c *client) do(method, path, kind string, body io.Reader, into any) error {
	answer, err := c.send(method, path, kind, body)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		return fmt.Errorf("reading answer: %w", err)
	}
	return nil
}

// send gives a successful answer, or the problem as a coded error.
func (c *client) send(method, path, kind string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(c.ctx, method, base+path, body)
	if err != nil {
		return nil, fmt.Errorf("making request: %w", err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if method != http.MethodGet {
		request.Header.Set("Idempotency-Key", rand.Text())
		if c.match != "" {
			request.Header.Set("If-Match", c.match)
		}
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "Tradepost did not answer.", "It may have been closed meanwhile: run the command again, nothing is doubled.")
	}
	if answer.StatusCode < 300 {
		return answer, nil
	}
	defer func() { _ = answer.Body.Close() }()
	return nil, problemOf(answer)
}

func problemOf(answer *http.Response) error {
	var p struct {
		Code, Detail, Remedy string
		Field                *string
	}
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || p.Code == "" {
		return fault.Wrap(err, fault.Internal, fmt.Sprintf("Tradepost answered %s.", answer.Status), "Try again; the log names the cause.")
	}
	coded := fault.New(fault.Code(p.Code), p.Detail, p.Remedy)
	if p.Field != nil {
		coded.Field = *p.Field
	}
	return coded
}
