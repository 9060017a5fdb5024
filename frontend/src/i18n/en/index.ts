import activity from './activity.json';
import exports from './exports.json';
import frame from './frame.json';
import home from './home.json';
import imports from './imports.json';
import orders from './orders.json';
import quarantine from './quarantine.json';
import schedules from './schedules.json';
import settings from './settings.json';
import ui from './ui.json';

export const en = { activity, exports, frame, home, imports, orders, quarantine, schedules, settings, ui };
