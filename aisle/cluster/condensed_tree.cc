#include "aisle/cluster/condensed_tree.h"
