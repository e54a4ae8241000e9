/**
 * Which cluster an application uses: addresses from properties or from connection
 * details.
 */
@NullMarked
package io.rdsboot.autoconfigure.cluster;

import org.jspecify.annotations.NullMarked;
