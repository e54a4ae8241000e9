/**
 * Data travels from one database of a move to the other: publication, slot and
 * subscription.
 */
@NullMarked
package io.rdsboot.move.replication;

import org.jspecify.annotations.NullMarked;
