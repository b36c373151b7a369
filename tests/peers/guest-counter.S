// SPDX-License-Identifier: MIT
/*
 * A whole guest in one boot sector, for tests: it counts, about once a second, on its serial console ("count 00042")
 * and in the second sector of its disk, until the power button is pressed, and then turns itself off. It boots in the
 * blink of an eye, also in a node that is itself emulated. There, an interrupt while SeaBIOS writes to a virtio disk now
 * and then ends in nowhere (QEMU 7.2, SVM), and the guest with it: so none comes then, and the clock's is its own.
 * Registers are those of QEMU's machine type pc as SeaBIOS lays them out (guest-writer.S); the serial port is the
 * first one, at 0x3f8.
 *
 * gcc -m32 -c guest-counter.S && objcopy -O binary -j .text guest-counter.o
 */
#define PM1_STATUS 0x600
#define PM1_ENABLE 0x602
#define PM1_CONTROL 0x604
#define POWER_BUTTON 0x0100
#define SLEEP_NOW 0x2000	/* with sleep type 0, which is S5 there */
#define SERIAL 0x3f8
#define PIC_MASK 0x21
#define TICKS 18		/* of the BIOS' clock: a second */

	.code16
	.text
start:
	cli
	xorw %ax, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	movw $0x7c00, %sp
	cld
	movw $PM1_ENABLE, %dx
	movw $POWER_BUTTON, %ax
	outw %ax, %dx
	xorw %ax, %ax
	movw $(0x7c00 + tick - start), 8 * 4	/* of the interrupt vector table: the clock's, segment 0 */
	movw %ax, 8 * 4 + 2
count:
	movw $(0x7c00 + last_digit - start), %di
1:	incb (%di)
	cmpb $('9' + 1), (%di)
	jne 2f
	movb $'0', (%di)
	decw %di
	jmp 1b
2:	movw $(0x7c00 + text - start), %si
3:	lodsb
	testb %al, %al
	jz 4f
	movw $SERIAL, %dx
	outb %al, %dx
	jmp 3b
4:	movb $0xff, %al		/* no interrupt while the BIOS is at work */
	outb %al, $PIC_MASK
	movw $0x4300, %ax	/* INT 13h, extended write, to the first disk */
	movb $0x80, %dl
	movw $(0x7c00 + packet - start), %si
	int $0x13
	movb $0xfe, %al
	outb %al, $PIC_MASK
	movw $TICKS, %cx
5:	sti
	hlt
	movw $PM1_STATUS, %dx
	inw %dx, %ax
	testw $POWER_BUTTON, %ax
	jnz off
	loop 5b
	jmp count
off:
	movw $PM1_CONTROL, %dx
	movw $SLEEP_NOW, %ax
	outw %ax, %dx
	jmp off

tick:
	pushw %ax
	movb $0x20, %al		/* end of interrupt */
	outb %al, $0x20
	popw %ax
	iret

packet:
	.byte 16, 0
	.word 1				/* sectors */
	.word 0x7c00 + text - start, 0	/* from here */
	.long 1, 0			/* to the second one */
text:	.ascii "count 0000"
last_digit:
	.asciz "0\r\n"

	.org 510
	.word 0xaa55
