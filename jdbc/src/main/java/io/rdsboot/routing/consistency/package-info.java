/**
 * What a piece of work has written and read, so that its next read misses none of it, and
 * how that travels: to other threads, requests and services.
 */
@NullMarked
package io.rdsboot.routing.consistency;

import org.jspecify.annotations.NullMarked;
