//go:build !linux && !windows

package workspace

import (
	"os/exec"
	"regexp"
)

var platformUUID = regexp.MustCompile(`"IOPlatformUUID"\s*=\s*"([^"]+)"`)

// systemID asks macOS for the hardware's id; other systems have no ioreg and answer nothing.
func systemID() string {
	output, err := exec.Command("ioreg", "-rd1", "-c", "IOPlatformExpertDevice").Output()
	if err != nil {
		return ""
	}
	if found := platformUUID.FindSubmatch(output); found != nil {
		return string(found[1])
	}
	return ""
}
