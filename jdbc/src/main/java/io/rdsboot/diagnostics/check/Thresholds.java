package io.rdsboot.diagnostics.check;

import java.time.Duration;

/**
 * From when on something is a finding.
 *
 * @param longQuery how long a statement may run
 * @param idleInTransaction how long a session may be idle in a transaction
 * @param lockWait how long a session may wait for a lock
 * @param unusedIndex how long nothing may have scanned an index
 */
public record Thresholds(Duration longQuery, Duration idleInTransaction, Duration lockWait, Duration unusedIndex) {

}
