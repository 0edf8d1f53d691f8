package actor

import "strings"

// nickNames maps a folded given name to the groups of names it belongs to. Two
// names of one group may be one person's, where the surname agrees, too. The
// groups are of common knowledge; they hold what newspapers print.
var nickNames = func() map[string][]int {
	m := map[string][]int{}
	for i, group := range strings.Split(strings.TrimSpace(nickGroups), "\n") {
		for w := range strings.FieldsSeq(group) {
			m[w] = append(m[w], i)
		}
	}
	return m
}()

const nickGroups = `
abraham abe
albert al bert
alexander alex sasha aleksandr alexandr sandy
alexandra alex sandra sasha
alfred alf fred
andrew andy drew andrei andrey
anthony tony
antonio tony
arthur art
barbara barb
benjamin ben benny
bernard bernie
bradley brad
catherine kate cathy katie katherine kathryn
charles charlie chuck
christine chris christina
christopher chris
clifford cliff
daniel dan danny
david dave
deborah debbie deb debra
dmitry dmitri dmitriy dima
donald don donnie
dorothy dot
edward ed eddie ted
elizabeth liz beth betty lizzie
eric erik
eugene gene
francis frank
francisco paco pancho
franklin frank
frederick fred freddie
gabriel gabe
george georgy
gerald gerry jerry
gregory greg
harold harry hal
henry hank harry
herbert herb
jacob jake
james jim jimmy jamie
janet jan
jeffrey jeff
jennifer jen jenny
jeremy jerry
jessica jess
john jack johnny
jonathan jon
joseph joe joey
joshua josh
judith judy
kenneth ken kenny
kimberly kim
lawrence larry
leonard leo len lenny
leslie les
louis lou louie
luis lou
margaret maggie meg peggy
martin marty
matthew matt
michael mike mick mickey mikhail
mikhail misha michael
mitchell mitch
nancy nan
nathaniel nat nate nathan
nicholas nick nicky
nikolai nikolay
pamela pam
patricia pat patty trish
patrick pat paddy
peter pete
philip phil phillip
rafael rafa
raymond ray
rebecca becky
richard rick dick rich ricky
robert bob rob bobby robbie
ronald ron ronnie
rudolph rudy
russell russ
samuel sam sammy
samantha sam
sergei sergey
sidney sid
stephen steve steven stevie
stuart stu
susan sue susie
sylvester sly
terence terry
theodore ted theo teddy
theresa terry tess
thomas tom tommy
timothy tim
valerie val
victoria vicky
vincent vince
volodymyr vladimir
walter walt
wesley wes
william bill will billy
yevgeny evgeny yevgeniy
yuri yury yuriy
zachary zach zack
`
