/**
 * The cluster as the service sees it.
 */
@NullMarked
package io.rdsboot.sample.topology;

import org.jspecify.annotations.NullMarked;
