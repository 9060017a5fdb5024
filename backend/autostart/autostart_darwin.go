package autostart

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
)

const label = "app.tradepost.tradepost"

// agentFile is a launch agent of this user (launchd.plist(5)); it counts from the next sign-in on.
func agentFile() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", label+".plist"), err
}

func enabled() (bool, error) {
	path, err := agentFile()
	if err != nil {
		return false, err
	}
	return fileEnabled(path)
}

func disable() error {
	path, err := agentFile()
	if err != nil {
		return err
	}
	return removeFile(path)
}

func enable(entry Entry) error {
	path, err := agentFile()
	if err != nil {
		return err
	}
	var words bytes.Buffer
	for _, word := range append([]string{entry.Program}, entry.Arguments...) {
		words.WriteString("    <string>")
		if err := xml.EscapeText(&words, []byte(word)); err != nil {
			return err
		}
		words.WriteString("</string>\n")
	}
	return writeFile(path, xml.Header+`<plist version="1.0">
<dict>
  <key>Label</key><string>`+label+`</string>
  <key>RunAtLoad</key><true/>
  <key>ProgramArguments</key>
  <array>
`+words.String()+`  </array>
</dict>
</plist>
`)
}
