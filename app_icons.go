//go:build !headless

package main

import _ "embed"

// The icons; build/scripts/icons.sh draws them.
var (
	//go:embed build/appicon.png
	appIcon []byte
	//go:embed build/tray.png
	trayIcon []byte
	//go:embed build/tray-attention.png
	trayAttentionIcon []byte
)
