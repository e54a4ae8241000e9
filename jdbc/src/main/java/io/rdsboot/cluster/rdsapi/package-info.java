/**
 * Discovery of instances by the API of RDS.
 */
@NullMarked
package io.rdsboot.cluster.rdsapi;

import org.jspecify.annotations.NullMarked;
