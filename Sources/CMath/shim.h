// The functions of C's math.h, under one name on every system.
#pragma once
#include <math.h>
