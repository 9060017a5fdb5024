package workspace

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
)

// Machine tells one computer from another, so that a workspace that was copied or restored elsewhere can be noticed
// (DESIGN.md section 4, invariant 13). Nothing of it lies in the workspace by itself: a copy must not carry it along.
type Machine struct {
	ID   string // stable over renaming the computer
	Name string // for people: the host name
}

// MachineID is this computer. The operating system's own id is never shown or stored: machine-id(5) asks for a keyed
// hash of it. Where there is none (a bare container), the host name stands in.
func MachineID() Machine {
	name, err := os.Hostname()
	if err != nil {
		name = "unknown"
	}
	secret := strings.TrimSpace(systemID())
	if secret == "" {
		secret = "host " + name
	}
	return Machine{ID: hashed(secret), Name: name}
}

func hashed(secret string) string {
	mac := hmac.New(sha256.New, []byte("tradepost machine 1"))
	mac.Write([]byte(secret))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
