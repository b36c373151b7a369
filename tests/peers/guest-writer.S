// SPDX-License-Identifier: MIT
/*
 * A whole guest in one boot sector, for tests: it writes to its own disk without end, sector after
 * sector, one at each tick of the clock (18 a second: a node that is emulated has other things to do), until
 * the power button is pressed, and then turns itself off. With -DDEAF it does not hear the button. Registers are those of QEMU's machine type pc as SeaBIOS lays them out (ACPI, "PM1 event" and
 * "PM1 control" blocks; port 0x600).
 *
 * gcc -m32 -DDEAF -c guest-writer.S && objcopy -O binary -j .text guest-writer.o
 */
#define PM1_STATUS 0x600
#define PM1_ENABLE 0x602
#define PM1_CONTROL 0x604
#define POWER_BUTTON 0x0100
#define SLEEP_NOW 0x2000	/* with sleep type 0, which is S5 there */

	.code16
	.text
	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %ss
	movw $0x7c00, %sp
	movw $PM1_ENABLE, %dx
	movw $POWER_BUTTON, %ax
	outw %ax, %dx
write:
	movw $0x4300, %ax	/* INT 13h, extended write, to the first disk */
	movb $0x80, %dl
	movw $(0x7c00 + packet), %si
	int $0x13
	incw 0x7c00 + sector
	andw $0x0fff, 0x7c00 + sector
	orw $1, 0x7c00 + sector	/* never this sector itself */
	sti
	hlt
#ifndef DEAF
	movw $PM1_STATUS, %dx
	inw %dx, %ax
	testw $POWER_BUTTON, %ax
	jz write
	movw $PM1_CONTROL, %dx
	movw $SLEEP_NOW, %ax
	outw %ax, %dx
#endif
	jmp write

packet:
	.byte 16, 0
	.word 1			/* sectors */
	.word 0x7c00, 0		/* from here */
sector:	.long 1, 0
	.org 510
	.word 0xaa55
