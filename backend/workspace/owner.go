package workspace

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// record is the content of owner.json. Address is empty until the owner listens.
type record struct {
	Network string `json:"network,omitempty"` // "unix" or "tcp"
	Address string `json:"address,omitempty"`
	Token   string `json:"token,omitempty"`
	PID     int    `json:"pid"`
	Version string `json:"version,omitempty"`
}

// Listen opens the private door of the owner: a Unix socket that only this user may connect to, on Windows a loopback
// port. Every request must carry the token (see Guard), which only this user can read in owner.json.
func (o *Ownership) Listen() (net.Listener, string, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.closed || o.listener != nil {
		return nil, "", errors.New("listening for other processes: closed, or listening already")
	}
	listener, err := listen(o.dir)
	if err != nil {
		return nil, "", err
	}
	token := rand.Text()
	if err := o.dir.writeOwner(describe(listener.Addr(), token, o.dir.Version)); err != nil {
		_ = listener.Close() // the error that matters is the one about owner.json
		return nil, "", err
	}
	o.listener = listener
	return listener, token, nil
}

func describe(address net.Addr, token, version string) record {
	return record{Network: address.Network(), Address: address.String(), Token: token, PID: os.Getpid(), Version: version}
}

// writeOwner replaces owner.json in one step: a reader sees the old or the new one, never half of it.
func (d *Dir) writeOwner(owner record) error {
	content, err := json.Marshal(owner)
	if err != nil {
		return fmt.Errorf("writing %s: %w", ownerName, err)
	}
	fresh, err := os.CreateTemp(d.path, ownerName+".*") // made with 0600
	if err != nil {
		return explain(err, "writing "+ownerName, d.ownerFile())
	}
	_, err = fresh.Write(append(content, '\n'))
	if err = errors.Join(err, fresh.Close()); err == nil {
		err = replace(fresh.Name(), d.ownerFile())
	}
	if err != nil {
		_ = os.Remove(fresh.Name()) // a leftover would only be untidy
		return explain(err, "writing "+ownerName, d.ownerFile())
	}
	return nil
}

func (d *Dir) readOwner() (record, error) {
	var owner record
	content, err := os.ReadFile(d.ownerFile())
	if err != nil {
		return owner, fmt.Errorf("reading %s: %w", ownerName, err)
	}
	if err := json.Unmarshal(content, &owner); err != nil {
		return owner, fmt.Errorf("reading %s in %s: %w", ownerName, filepath.Base(d.path), err)
	}
	return owner, nil
}
