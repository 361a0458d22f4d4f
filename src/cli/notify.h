/* notify: tell the service manager (sd_notify(3)): "READY=1". Without one, nothing. */
#pragma once

void notify(const char *state);
