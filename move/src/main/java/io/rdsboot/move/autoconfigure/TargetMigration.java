package io.rdsboot.move.autoconfigure;

import io.rdsboot.move.MoveDatabase;

/**
 * Migrates the target as the application migrates its database.
 */
@FunctionalInterface
interface TargetMigration {

	Object migrate(MoveDatabase target);

}
