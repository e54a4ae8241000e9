/**
 * Recognises the work of infrastructure, such as schedulers and session stores, which
 * always goes to the writer.
 */
@NullMarked
package io.rdsboot.routing.infrastructure;

import org.jspecify.annotations.NullMarked;
