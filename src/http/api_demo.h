/* api_demo: handlers of routes_demo.c, which only a sample city's server has (http/demo.h). */
#pragma once
#include "http/request.h"

void api_demo(struct request *);
void api_demo_session(struct request *);
void api_demo_code(struct request *);
void api_demo_clock(struct request *);
void api_demo_faults(struct request *);
void api_demo_traffic(struct request *);
void api_demo_flip(struct request *);
