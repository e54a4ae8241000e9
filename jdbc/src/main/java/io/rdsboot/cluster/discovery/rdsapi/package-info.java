/**
 * Discovery of instances by the API of RDS.
 */
@NullMarked
package io.rdsboot.cluster.discovery.rdsapi;

import org.jspecify.annotations.NullMarked;
